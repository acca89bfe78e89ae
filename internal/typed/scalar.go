package typed

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/livefilter/livefilter/internal/spelling"
)

// scalar reads a single value. Where text is wanted, text is what the user meant, though YAML
// reads 1 and true as something else.
func (r *reader) scalar(fd protoreflect.FieldDescriptor, n *yaml.Node, path string) (v protoreflect.Value, ok bool) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(n.Value), r.is(n, path, yaml.ScalarNode, "text")
	case protoreflect.BytesKind:
		return r.base64(n, path)
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(strings.EqualFold(n.Value, "true")), r.is(n, path, yaml.ScalarNode, "true or false") &&
			r.must(strings.EqualFold(n.Value, "true") || strings.EqualFold(n.Value, "false"), n, path, "true or false")
	case protoreflect.EnumKind:
		return r.enum(fd.Enum(), n, path)
	case protoreflect.FloatKind:
		f, ok := r.float(n, path, 32)
		return protoreflect.ValueOfFloat32(float32(f)), ok
	case protoreflect.DoubleKind:
		f, ok := r.float(n, path, 64)
		return protoreflect.ValueOfFloat64(f), ok
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		i, ok := r.integer(n, path, math.MinInt32, math.MaxInt32)
		return protoreflect.ValueOfInt32(int32(i)), ok //nolint:gosec // its range was looked at
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		i, ok := r.integer(n, path, math.MinInt64, math.MaxInt64)
		return protoreflect.ValueOfInt64(i), ok
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		i, ok := r.integer(n, path, 0, math.MaxUint32)
		return protoreflect.ValueOfUint32(uint32(i)), ok //nolint:gosec // its range was looked at
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		what := "a whole number from 0"
		i, err := strconv.ParseUint(n.Value, 10, 64)
		return protoreflect.ValueOfUint64(i), r.is(n, path, yaml.ScalarNode, what) && r.must(err == nil, n, path, what)
	}
	r.errorf(n, path, "is of a kind that the server cannot read")
	return v, false
}

// must says that n must be what, unless ok.
func (r *reader) must(ok bool, n *yaml.Node, path, what string) bool {
	if !ok {
		r.errorf(n, path, "must be %s", what)
	}
	return ok
}

func (r *reader) integer(n *yaml.Node, path string, least, most int64) (int64, bool) {
	what := fmt.Sprintf("a whole number from %d to %d", least, most)
	if !r.is(n, path, yaml.ScalarNode, what) {
		return 0, false
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	return i, r.must(err == nil && i >= least && i <= most, n, path, what)
}

func (r *reader) float(n *yaml.Node, path string, bits int) (float64, bool) {
	if !r.is(n, path, yaml.ScalarNode, "a number") {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.Value, bits)
	return f, r.must(err == nil, n, path, "a number")
}

func (r *reader) base64(n *yaml.Node, path string) (v protoreflect.Value, ok bool) {
	const what = "base64"
	if !r.is(n, path, yaml.ScalarNode, what) {
		return v, false
	}
	text := strings.Join(strings.Fields(n.Value), "")
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	if err != nil {
		r.errorf(n, path, "must be %s; text as it is goes into inline_string, where there is one", what)
	}
	return protoreflect.ValueOfBytes(b), err == nil
}

func (r *reader) enum(d protoreflect.EnumDescriptor, n *yaml.Node, path string) (v protoreflect.Value, ok bool) {
	if !r.is(n, path, yaml.ScalarNode, "the name of a value") {
		return v, false
	}
	if e := d.Values().ByName(protoreflect.Name(n.Value)); e != nil {
		return protoreflect.ValueOfEnum(e.Number()), true
	}
	if i, err := strconv.ParseInt(n.Value, 10, 32); err == nil && d.Values().ByNumber(protoreflect.EnumNumber(i)) != nil {
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(i)), true
	}
	var names []string
	for i := range d.Values().Len() {
		names = append(names, string(d.Values().Get(i).Name()))
	}
	near := spelling.Nearest(n.Value, names)
	switch {
	case near != "":
		r.errorf(n, path, "there is no %s; did you mean %s?", spelling.Quote(n.Value), near)
	case len(names) > maxListed:
		r.errorf(n, path, "must be one of %s and %d more", strings.Join(names[:maxListed], ", "), len(names)-maxListed)
	default:
		r.errorf(n, path, "must be %s", strings.Join(names, " or "))
	}
	return v, false
}

// is reports whether n is of kind. If not, it says that n must be what.
func (r *reader) is(n *yaml.Node, path string, kind yaml.Kind, what string) bool {
	null := n.Kind == yaml.ScalarNode && n.Tag == "!!null"
	switch {
	case null && kind == yaml.MappingNode:
		r.errorf(n, path, "must be %s, but there is no value; {} is an empty one", what)
	case null:
		r.errorf(n, path, "must be %s, but there is no value", what)
	case n.Kind == kind:
		return true
	case n.Kind == yaml.MappingNode:
		r.errorf(n, path, "must be %s, not a mapping", what)
	case n.Kind == yaml.SequenceNode:
		r.errorf(n, path, "must be %s, not a list", what)
	default:
		r.errorf(n, path, "must be %s, not a single value", what)
	}
	return false
}

// child is the value of the field name, nil if there is none.
func child(n *yaml.Node, name string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
