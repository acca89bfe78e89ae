package typed

import (
	"fmt"
	"regexp"
	"strings"

	annotations "github.com/envoyproxy/go-control-plane/envoy/annotations"
	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/livefilter/livefilter/internal/spelling"
)

// maxListed bounds the names that a message lists.
const maxListed = 16

// message reads n into m, in the form that JSON has for a message of its kind.
func (r *reader) message(m protoreflect.Message, n *yaml.Node, path string) {
	if wellKnown(m.Descriptor()) {
		r.wellKnown(m, n, path)
		return
	}
	r.fields(m, n, path)
}

// fields reads a mapping with the fields of m, in the names of the protos or of JSON. '@type' is
// not among them.
func (r *reader) fields(m protoreflect.Message, n *yaml.Node, path string) {
	if !r.is(n, path, yaml.MappingNode, "a mapping") {
		return
	}
	d := m.Descriptor()
	given := map[protoreflect.OneofDescriptor]protoreflect.FieldDescriptor{}
	seen := map[protoreflect.FieldDescriptor]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Value == "@type" {
			continue
		}
		fd := fieldNamed(d, key.Value)
		if fd == nil {
			r.errorf(key, path, "%s", unknownField(d, key.Value))
			continue
		}
		here := path + "." + string(fd.Name())
		if of := fd.ContainingOneof(); of != nil && given[of] != nil && given[of] != fd {
			r.errorf(key, here, "a %s has either %s or %s, not both", d.Name(), given[of].Name(), fd.Name())
			continue
		} else if of != nil {
			given[of] = fd
		}
		switch {
		case seen[fd]:
			r.errorf(key, here, "is given twice, as %s and as %s", fd.Name(), fd.JSONName())
			continue
		case disallowed(fd):
			r.errorf(key, here, "Envoy has it no longer (it refuses it unless told otherwise)")
			continue
		}
		seen[fd] = true
		r.field(m, fd, value, here)
	}
}

func fieldNamed(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if fd := d.Fields().ByName(protoreflect.Name(name)); fd != nil {
		return fd
	}
	return d.Fields().ByJSONName(name)
}

// disallowed says whether Envoy refuses a config for this field alone.
func disallowed(fd protoreflect.FieldDescriptor) bool {
	on, _ := proto.GetExtension(fd.Options(), annotations.E_DisallowedByDefault).(bool)
	return on
}

func unknownField(d protoreflect.MessageDescriptor, name string) string {
	var names []string
	for i := range d.Fields().Len() {
		names = append(names, string(d.Fields().Get(i).Name()))
	}
	if near := spelling.Nearest(name, names); near != "" {
		return fmt.Sprintf("unknown field %s of %s; did you mean %s?", spelling.Quote(name), d.Name(), near)
	}
	what := fmt.Sprintf("unknown field of %s", d.Name())
	switch {
	case len(names) == 0:
		return what + ", which has none"
	case len(names) > maxListed:
		return fmt.Sprintf("%s; here may be %s and %d more", what, strings.Join(names[:maxListed], ", "), len(names)-maxListed)
	}
	return fmt.Sprintf("%s; here may be %s", what, strings.Join(names, ", "))
}

// field reads n into the field fd of m.
func (r *reader) field(m protoreflect.Message, fd protoreflect.FieldDescriptor, n *yaml.Node, path string) {
	switch {
	case fd.IsMap():
		r.mapping(m.Mutable(fd).Map(), fd, n, path)
	case fd.IsList():
		if !r.is(n, path, yaml.SequenceNode, "a list") {
			return
		}
		list := m.Mutable(fd).List()
		for i, e := range n.Content {
			if v, ok := r.value(list.NewElement, fd, e, fmt.Sprintf("%s[%d]", path, i)); ok {
				list.Append(v)
			}
		}
	default:
		if v, ok := r.value(func() protoreflect.Value { return m.NewField(fd) }, fd, n, path); ok {
			m.Set(fd, v)
		}
		r.noted(fd, n, path)
	}
}

func (r *reader) mapping(to protoreflect.Map, fd protoreflect.FieldDescriptor, n *yaml.Node, path string) {
	if !r.is(n, path, yaml.MappingNode, "a mapping") {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		here := entry(path, n.Content[i].Value)
		key, ok := r.scalar(fd.MapKey(), n.Content[i], here)
		value, good := r.value(to.NewValue, fd.MapValue(), n.Content[i+1], here)
		if ok && good {
			to.Set(key.MapKey(), value)
		}
	}
}

var keyText = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/-]{0,63}$`)

// entry is the path of an entry of a mapping. A key that cannot be the name of anything is left
// out: it may be a value in the wrong place.
func entry(path, key string) string {
	if !keyText.MatchString(key) {
		key = "…"
	}
	return path + "." + key
}

// value reads one value of fd: the field itself, or an entry of it.
func (r *reader) value(empty func() protoreflect.Value, fd protoreflect.FieldDescriptor, n *yaml.Node, path string) (protoreflect.Value, bool) {
	if fd.Message() == nil {
		return r.scalar(fd, n, path)
	}
	v := empty()
	r.message(v.Message(), n, path)
	return v, true
}
