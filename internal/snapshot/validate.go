package snapshot

import (
	"fmt"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// validate applies the rules of Envoy's protos (protoc-gen-validate) to r and to every
// message packed into an Any below it, at any depth: the generated ValidateAll stops at an Any.
func validate(r proto.Message) error {
	if err := validateTree(r.ProtoReflect()); err != nil {
		return fmt.Errorf("%s %q: %w", r.ProtoReflect().Descriptor().Name(), cachev3.GetResourceName(r), err)
	}
	return nil
}

func validateTree(m protoreflect.Message) error {
	switch msg := m.Interface().(type) {
	case *anypb.Any:
		inner, err := msg.UnmarshalNew()
		if err != nil {
			return fmt.Errorf("unpack %s: %w", msg.GetTypeUrl(), err)
		}
		return validateMessage(inner)
	default:
		return validateMessage(msg)
	}
}

func validateMessage(msg proto.Message) error {
	if v, ok := msg.(interface{ ValidateAll() error }); ok {
		if err := v.ValidateAll(); err != nil {
			return err
		}
	}
	return validateAnys(msg.ProtoReflect())
}

// validateAnys looks for Anys in the fields of m; ValidateAll has already gone through the rest.
func validateAnys(m protoreflect.Message) error {
	var err error
	visit := func(v protoreflect.Message) bool {
		if _, ok := v.Interface().(*anypb.Any); ok {
			err = validateTree(v)
		} else {
			err = validateAnys(v)
		}
		return err == nil
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap() && fd.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, e protoreflect.Value) bool { return visit(e.Message()) })
		case fd.IsList() && fd.Message() != nil:
			for i := 0; err == nil && i < v.List().Len(); i++ {
				visit(v.List().Get(i).Message())
			}
		case !fd.IsMap() && !fd.IsList() && fd.Message() != nil:
			visit(v.Message())
		}
		return err == nil
	})
	return err
}
