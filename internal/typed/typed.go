// Package typed reads an Envoy HTTP filter that a user wrote as YAML. It holds what was
// written to the protos of Envoy, down into the Anys: the fields, their kinds, and the rules
// of their values. It is pure: what it says depends on the YAML alone.
package typed

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/livefilter/livefilter/internal/spelling"
)

// Filter is a filter that was read.
type Filter struct {
	TypeURL string
	// Value is the message, in Envoy's wire format; messages that mean the same give the same bytes.
	Value []byte
	// Clusters are the clusters that it names, where a field of its type is known to be for that.
	Clusters []Cluster
}

// Cluster is the name of a cluster.
type Cluster struct {
	Name string
	Node *yaml.Node
	Path string
}

// Problem is a mistake. Messages do not repeat text that may be a secret.
type Problem struct {
	Node    *yaml.Node
	Path    string
	Message string
}

// Read reads node, which stands at path: a mapping with '@type' and the fields of that type.
// It has neither aliases, nor tags, nor keys that are given twice. The filter is good if there are no problems.
func Read(node *yaml.Node, path string) (Filter, []Problem) {
	r := &reader{}
	typeURL, value, ok := r.packed(node, path, filterType)
	if !ok {
		return Filter{}, r.problems
	}
	return Filter{TypeURL: typeURL, Value: value, Clusters: r.clusters}, nil
}

type reader struct {
	problems []Problem
	clusters []Cluster
}

func (r *reader) errorf(n *yaml.Node, path, format string, args ...any) {
	r.problems = append(r.problems, Problem{n, path, fmt.Sprintf(format, args...)})
}

const (
	typeKey = "'@type'"
	urlHead = "type.googleapis.com/"
)

// packed reads a mapping that has '@type' into its wire format. allowed is as in typed.
func (r *reader) packed(n *yaml.Node, path string, allowed func(name string) string) (typeURL string, value []byte, ok bool) {
	before := len(r.problems)
	typeURL, m := r.typed(n, path, allowed)
	if m == nil || len(r.problems) > before {
		return "", nil, false
	}
	value, err := proto.MarshalOptions{Deterministic: true}.Marshal(m.Interface())
	if err != nil {
		r.errorf(n, path, "%v", err)
	}
	return typeURL, value, err == nil
}

// typed reads a mapping that has '@type', and holds it to the rules of that type. allowed says
// what is wrong with a type, or returns "".
func (r *reader) typed(n *yaml.Node, path string, allowed func(name string) string) (string, protoreflect.Message) {
	if !r.is(n, path, yaml.MappingNode, "a mapping with "+typeKey) {
		return "", nil
	}
	at, here := child(n, "@type"), path+"."+typeKey
	if at == nil {
		r.errorf(n, here, "is required: %s and the name of a message", urlHead)
		return "", nil
	}
	name, there := strings.CutPrefix(at.Value, urlHead)
	if at.Kind != yaml.ScalarNode || !there {
		r.errorf(at, here, "must be %s and the name of a message", urlHead)
		return "", nil
	}
	if wrong := allowed(name); wrong != "" {
		r.errorf(at, here, "%s", wrong)
		return "", nil
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		r.errorf(at, here, "%s", unknownType(name))
		return "", nil
	}
	m := kind.New()
	before := len(r.problems)
	if wellKnown(m.Descriptor()) {
		r.packedValue(m, n, path)
	} else {
		r.fields(m, n, path)
	}
	if len(r.problems) == before {
		r.rules(m, n, path)
	}
	return at.Value, m
}

// packedValue reads the field value of an Any that holds a message with a form of its own.
func (r *reader) packedValue(m protoreflect.Message, n *yaml.Node, path string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "@type":
		case "value":
			r.message(m, n.Content[i+1], path+".value")
			return
		default:
			r.errorf(n.Content[i], path, "%s has one field here, value", m.Descriptor().Name())
			return
		}
	}
	if m.Descriptor().Fields().Len() > 0 {
		r.errorf(n, path+".value", "is required")
	}
}

// filterType says why a type is none of a config's filters, or returns "".
func filterType(name string) string {
	if why, ok := elsewhere[name]; ok {
		return fmt.Sprintf("%s %s", name, why)
	}
	short := strings.TrimPrefix(name, prefix)
	if short != name && slices.Contains(filters, short) {
		return ""
	}
	if near := spelling.Nearest(short, filters); near != "" {
		return fmt.Sprintf("there is no HTTP filter %s; did you mean %s%s%s?", name, urlHead, prefix, near)
	}
	// The name of the folder is what people know: lua, jwt_authn.
	var same []string
	for _, f := range filters {
		if strings.EqualFold(last(f), last(name)) || folder(f) == folder(short) {
			same = append(same, prefix+f)
		}
	}
	if len(same) > 0 {
		return fmt.Sprintf("is no HTTP filter; did you mean %s%s?", urlHead, strings.Join(same, " or "))
	}
	var folders []string
	for _, f := range filters {
		folders = append(folders, folder(f))
	}
	return fmt.Sprintf("is no HTTP filter that the server knows; there are those of %s…: %s", prefix, strings.Join(folders, ", "))
}

func folder(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}

func last(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// unknownType is said of a message that the server has not got.
func unknownType(name string) string {
	var names []string
	protoregistry.GlobalTypes.RangeMessages(func(t protoreflect.MessageType) bool {
		if n := string(t.Descriptor().FullName()); last(n) == last(name) || strings.EqualFold(n, name) || folderOf(n) == folderOf(name) {
			names = append(names, n)
		}
		return true
	})
	slices.Sort(names)
	if near := spelling.Nearest(name, names); near != "" {
		return fmt.Sprintf("the server knows no message %s; did you mean %s?", name, near)
	}
	if len(names) > 0 && len(names) <= 8 {
		return "the server knows no such message; there are " + strings.Join(names, ", ")
	}
	return "the server knows no such message; it knows what stands in Envoy's HTTP filters"
}

func folderOf(name string) string { return name[:max(0, strings.LastIndex(name, "."))] }
