package plan

import (
	"regexp"
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
			err = h.hideMap(fd, v.Map())
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
	if isHeader && nameLike.MatchString(key) {
		header.Key = key
	}
	return err
}

// nameLike is what keys are called that are names, of headers too. Another key may be a text as any.
var nameLike = regexp.MustCompile(`^:?[A-Za-z0-9_][A-Za-z0-9._/-]{0,63}$`)

func (h hider) hideMap(fd protoreflect.FieldDescriptor, m protoreflect.Map) (err error) {
	hidden := map[string]protoreflect.Value{}
	m.Range(func(k protoreflect.MapKey, e protoreflect.Value) bool {
		if e, err = h.hidden(fd.MapValue(), e); err != nil {
			return false
		}
		m.Set(k, e)
		if fd.MapKey().Kind() == protoreflect.StringKind && !nameLike.MatchString(k.String()) {
			hidden[k.String()] = e
		}
		return true
	})
	for key, e := range hidden {
		m.Clear(protoreflect.ValueOfString(key).MapKey())
		m.Set(protoreflect.ValueOfString(h.digest([]byte(key))).MapKey(), e)
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
