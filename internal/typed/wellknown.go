package typed

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// wellKnown says whether messages of d have a form of their own in JSON.
func wellKnown(d protoreflect.MessageDescriptor) bool {
	return d.ParentFile().Package() == "google.protobuf" && d.Name() != "Empty"
}

// wellKnown reads n into m, whose type has a form of its own.
func (r *reader) wellKnown(m protoreflect.Message, n *yaml.Node, path string) {
	switch to := m.Interface().(type) {
	case *durationpb.Duration:
		r.duration(to, n, path)
	case *anypb.Any:
		r.any(to, n, path)
	case *structpb.Struct:
		if r.is(n, path, yaml.MappingNode, "a mapping") {
			proto.Merge(to, plain(n).GetStructValue())
		}
	case *structpb.ListValue:
		if r.is(n, path, yaml.SequenceNode, "a list") {
			proto.Merge(to, plain(n).GetListValue())
		}
	case *structpb.Value:
		proto.Merge(to, plain(n))
	default:
		if fd := m.Descriptor().Fields().ByName("value"); fd != nil && m.Descriptor().Fields().Len() == 1 { // a wrapper
			if v, ok := r.scalar(fd, n, path); ok {
				m.Set(fd, v)
			}
			return
		}
		r.text(m.Interface(), n, path)
	}
}

// duration reads a duration as Go writes them, and so as JSON does ("1.5s").
func (r *reader) duration(to *durationpb.Duration, n *yaml.Node, path string) {
	const what = "a duration such as 500ms, 30s or 1m30s"
	if !r.is(n, path, yaml.ScalarNode, what) {
		return
	}
	d, err := time.ParseDuration(n.Value)
	if r.must(err == nil, n, path, what) {
		proto.Merge(to, durationpb.New(d))
	}
}

// any packs a message that has its own '@type'.
func (r *reader) any(to *anypb.Any, n *yaml.Node, path string) {
	if typeURL, value, ok := r.packed(n, path, nestedType); ok {
		to.TypeUrl, to.Value = typeURL, value
	}
}

// nestedType says why a type cannot stand in another one: in that form nobody could look at
// what is in it.
func nestedType(name string) string {
	if last(name) == "TypedStruct" {
		return "write the fields beside '@type', which is type_url here, and not in a TypedStruct"
	}
	return ""
}

// text reads what JSON writes as text: times, masks of fields.
func (r *reader) text(m proto.Message, n *yaml.Node, path string) {
	what := "a " + string(m.ProtoReflect().Descriptor().Name()) + ", as JSON writes them"
	if !r.is(n, path, yaml.ScalarNode, what) {
		return
	}
	quoted, _ := protojson.Marshal(structpb.NewStringValue(n.Value))
	r.must(protojson.Unmarshal(quoted, m) == nil, n, path, what)
}

// plain is n as JSON has it.
func plain(n *yaml.Node) *structpb.Value {
	switch n.Kind {
	case yaml.MappingNode:
		s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.Fields[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return structpb.NewStructValue(s)
	case yaml.SequenceNode:
		l := &structpb.ListValue{}
		for _, e := range n.Content {
			l.Values = append(l.Values, plain(e))
		}
		return structpb.NewListValue(l)
	}
	switch n.Tag {
	case "!!null":
		return structpb.NewNullValue()
	case "!!bool":
		return structpb.NewBoolValue(strings.EqualFold(n.Value, "true"))
	case "!!int", "!!float":
		var f float64
		if n.Decode(&f) == nil {
			return structpb.NewNumberValue(f)
		}
	}
	return structpb.NewStringValue(n.Value)
}
