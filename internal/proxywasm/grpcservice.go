package proxywasm

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// target is whom a gRPC call goes to.
type target struct {
	cluster string
	named   bool // the module gave the cluster's name, no GrpcService
	google  bool // a GrpcService with google_grpc, which needs no cluster
	none    bool // a GrpcService without a target
}

// grpcTarget reads what a module says of a service as Envoy 1.40 does (Context::grpcCall): what can be parsed as a
// GrpcService is one, and nearly anything else a cluster's name. "analytics", say, can be parsed: as one unknown field.
func grpcTarget(service []byte) target {
	t := target{none: true}
	ok := fields(service, func(number protowire.Number, value []byte) bool {
		switch number {
		case 1: // envoy_grpc
			t = target{}
			return fields(value, func(number protowire.Number, value []byte) bool {
				if number == 1 { // cluster_name
					t.cluster = string(value)
				}
				return number > 2 || utf8.Valid(value) // 2 is authority
			})
		case 2: // google_grpc
			t = target{google: true}
		}
		return true
	})
	if !ok {
		return target{cluster: string(service), named: true}
	}
	return t
}

// fields shows the fields of a message that have a length; false if it is no message, or if one of them is wrong.
func fields(message []byte, show func(protowire.Number, []byte) bool) bool {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeField(message)
		if n < 0 {
			return false
		}
		if kind == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(message)
			if value, _ := protowire.ConsumeBytes(message[tag:n]); !show(number, value) {
				return false
			}
		}
		message = message[n:]
	}
	return true
}
