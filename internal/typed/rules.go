package typed

import (
	"fmt"
	"strconv"
	"strings"

	genericv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/injected_credentials/generic/v3"
	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// violation is what protoc-gen-validate reports, violations several of them.
type (
	violation interface {
		Field() string
		Reason() string
		Cause() error
	}
	violations interface{ AllErrors() []error }
)

// rules holds m, which was read from n, to the rules that Envoy has for it. They stop at an
// Any; what is in one was held to its own when it was read.
func (r *reader) rules(m protoreflect.Message, n *yaml.Node, path string) {
	if v, ok := m.Interface().(interface{ ValidateAll() error }); ok {
		r.broken(v.ValidateAll(), m.Descriptor(), n, path)
	}
	if injected, is := m.Interface().(*genericv3.Generic); is && injected.GetCredential() != nil && injected.GetCredential().GetSdsConfig() == nil {
		// Envoy 1.40 ends with a segmentation fault where its bootstrap has no secret of the name.
		r.errorf(child(n, "credential"), path+".credential", "needs sds_config, such as {path_config_source: {path: FILE}}")
	}
}

// broken reports err, which a message of type d at path earned, where what it is about stands.
func (r *reader) broken(err error, d protoreflect.MessageDescriptor, n *yaml.Node, path string) {
	if all, ok := err.(violations); ok {
		for _, err := range all.AllErrors() {
			r.broken(err, d, n, path)
		}
		return
	}
	v, ok := err.(violation)
	if !ok {
		if err != nil {
			r.errorf(n, path, "does not hold to the rules that Envoy has for it") // err may repeat what stands there
		}
		return
	}
	at, here, fd := find(v.Field(), d, n, path)
	switch {
	case v.Cause() != nil && fd != nil && inner(fd) != nil:
		r.broken(v.Cause(), inner(fd), at, here)
	case fd == nil:
		r.errorf(at, here, "%s", reason(v, d))
	default:
		r.errorf(at, here, "%s", reason(v, nil))
	}
}

// reason is what is wrong, in the words of a sentence about the field.
func reason(v violation, d protoreflect.MessageDescriptor) string {
	words := strings.TrimPrefix(v.Reason(), "value ")
	switch words {
	case "length must be at least 1 runes", "length must be at least 1 bytes":
		return "is required, and must not be empty"
	case "must contain at least 1 item(s)":
		return "needs an entry at least"
	case `does not match regex pattern "^[^\x00\n\r]*$"`:
		return "cannot have a line break or a NUL byte"
	case "does not match regex pattern \"^:?[0-9a-zA-Z!#$%&'*+-.^_|~`]+$\"":
		return "must be a header's name, which has no blank, colon or quote"
	}
	if d == nil || v.Reason() != "value is required" {
		return words
	}
	for i := range d.Oneofs().Len() { // of which one has to be there
		if of := d.Oneofs().Get(i); same(v.Field(), string(of.Name())) {
			var names []string
			for j := range of.Fields().Len() {
				names = append(names, string(of.Fields().Get(j).Name()))
			}
			return "needs " + strings.Join(names, " or ")
		}
	}
	return words
}

// find follows a field as Go calls it, with the index or key of an entry, to its node. Where
// the field is not given that is the mapping that lacks it.
func find(field string, d protoreflect.MessageDescriptor, n *yaml.Node, path string) (*yaml.Node, string, protoreflect.FieldDescriptor) {
	name, key, indexed := strings.Cut(strings.TrimSuffix(field, "]"), "[")
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		if !same(name, string(fd.Name())) {
			continue
		}
		path += "." + string(fd.Name())
		at := child(n, string(fd.Name()))
		if at == nil {
			at = child(n, fd.JSONName())
		}
		if at == nil {
			return n, path, fd
		}
		if !indexed {
			return at, path, fd
		}
		if fd.IsMap() {
			path = entry(path, key)
			if e := child(at, key); e != nil {
				at = e
			}
			return at, path, fd
		}
		if i, err := strconv.Atoi(key); err == nil && i < len(at.Content) {
			at = at.Content[i]
		}
		return at, fmt.Sprintf("%s[%s]", path, key), fd
	}
	return n, path, nil
}

// same says whether Go calls the field of a message so.
func same(goName, name string) bool {
	return strings.EqualFold(strings.TrimSuffix(goName, "_"), strings.ReplaceAll(name, "_", ""))
}

// inner is the message that fd has, or has entries of.
func inner(fd protoreflect.FieldDescriptor) protoreflect.MessageDescriptor {
	if fd.IsMap() {
		return fd.MapValue().Message()
	}
	return fd.Message()
}
