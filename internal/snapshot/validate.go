package snapshot

import (
	"fmt"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// validate applies the rules of Envoy's protos (protoc-gen-validate) to r. The generated
// ValidateAll stops at an Any: what is in one passed the rules when pack put it there.
func validate(r proto.Message) error {
	if err := validateAll(r); err != nil {
		return fmt.Errorf("%s %q: %w", proto.MessageName(r).Name(), cachev3.GetResourceName(r), err)
	}
	return nil
}

// pack puts m, which passes the rules of Envoy's protos, into an Any. Every Any of a resource
// is made here: to validate a message is a fraction of what unpacking it again would take.
func pack(m proto.Message) (*anypb.Any, error) {
	if err := validateAll(m); err != nil {
		return nil, err
	}
	packed := &anypb.Any{}
	return packed, anypb.MarshalFrom(packed, m, proto.MarshalOptions{Deterministic: true})
}

func validateAll(m proto.Message) error {
	if v, ok := m.(interface{ ValidateAll() error }); ok {
		return v.ValidateAll()
	}
	return nil
}
