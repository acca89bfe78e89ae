package plan

import (
	"slices"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// filterTypes begins the types of Envoy's HTTP filters.
const filterTypes = "type.googleapis.com/envoy.extensions.filters.http."

// ours are those of them that have nothing of the user's but what hide knows.
var ours = []string{"wasm.v3.Wasm", "composite.v3.", "router.v3.", "upstream_codec.v3."}

// ofUser says whether packed is a filter whose texts are the user's.
func ofUser(packed *anypb.Any) bool {
	short, is := strings.CutPrefix(packed.GetTypeUrl(), filterTypes)
	return is && !slices.ContainsFunc(ours, func(prefix string) bool { return strings.HasPrefix(short, prefix) })
}

// hideTexts replaces all texts in m, and in all below it, by digests: any may be a secret. The
// names of headers stay.
func (h hider) hideTexts(m protoreflect.Message) (err error) {
	if packed, is := m.Interface().(*anypb.Any); is {
		return within(packed, h.hideTexts)
	}
	header, isHeader := m.Interface().(*corev3.HeaderValue)
	key := header.GetKey()
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.FullName() == "envoy.config.common.mutation_rules.v3.HeaderMutation.remove":
		case fd.IsMap():
			v.Map().Range(func(k protoreflect.MapKey, e protoreflect.Value) bool {
				if e, err = h.hidden(fd.MapValue(), e); err == nil {
					v.Map().Set(k, e)
				}
				return err == nil
			})
		case fd.IsList():
			for i := 0; err == nil && i < v.List().Len(); i++ {
				var e protoreflect.Value
				if e, err = h.hidden(fd, v.List().Get(i)); err == nil {
					v.List().Set(i, e)
				}
			}
		default:
			if v, err = h.hidden(fd, v); err == nil {
				m.Set(fd, v)
			}
		}
		return err == nil
	})
	if isHeader {
		header.Key = key
	}
	return err
}

func (h hider) hidden(fd protoreflect.FieldDescriptor, v protoreflect.Value) (protoreflect.Value, error) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(h.digest([]byte(v.String()))), nil
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(h.digest(v.Bytes()))), nil
	case protoreflect.MessageKind:
		return v, h.hideTexts(v.Message())
	}
	return v, nil
}
