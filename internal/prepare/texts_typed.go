package prepare

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// packed takes all texts of a message of Envoy's, as plan hides them all.
func (t *texts) packed(m *anypb.Any) {
	inner, err := m.UnmarshalNew()
	if err != nil {
		t.hide(string(m.GetValue()))
		return
	}
	t.message(inner.ProtoReflect())
}

func (t *texts) message(m protoreflect.Message) {
	if packed, is := m.Interface().(*anypb.Any); is {
		t.packed(packed)
		return
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap():
			v.Map().Range(func(key protoreflect.MapKey, e protoreflect.Value) bool {
				t.key(key.String())
				t.value(fd.MapValue(), e)
				return true
			})
		case fd.IsList():
			for i := range v.List().Len() {
				t.value(fd, v.List().Get(i))
			}
		default:
			t.value(fd, v)
		}
		return true
	})
}

func (t *texts) value(fd protoreflect.FieldDescriptor, v protoreflect.Value) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		t.hide(v.String())
	case protoreflect.BytesKind:
		t.hide(string(v.Bytes()))
	case protoreflect.MessageKind:
		t.message(v.Message())
	}
}
