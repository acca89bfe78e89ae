package floor

import (
	"fmt"
	"sync"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// variant is one of the two protocols: incremental, or state of the world.
type variant int

const (
	incremental variant = iota
	stateOfTheWorld
)

// Message is a response with resources of one type, ready for every client.
type Message struct {
	typeURL string
	bodies  [2]proto.Message
	ready   [2]struct {
		once   sync.Once
		packed grpc.PreparedMsg
		err    error
	}
}

// NewMessage returns a response with all of resources, which are of one type. version is the nonce as well: the bytes
// are the same for every client.
func NewMessage(version string, resources ...proto.Message) (*Message, error) {
	delta := &discoveryv3.DeltaDiscoveryResponse{SystemVersionInfo: version, Nonce: version}
	sotw := &discoveryv3.DiscoveryResponse{VersionInfo: version, Nonce: version}
	for _, r := range resources {
		packed := &anypb.Any{}
		if err := anypb.MarshalFrom(packed, r, proto.MarshalOptions{Deterministic: true}); err != nil {
			return nil, fmt.Errorf("marshal %s: %w", cachev3.GetResourceName(r), err)
		}
		delta.TypeUrl, sotw.TypeUrl = packed.GetTypeUrl(), packed.GetTypeUrl()
		delta.Resources = append(delta.Resources,
			&discoveryv3.Resource{Name: cachev3.GetResourceName(r), Version: version, Resource: packed})
		sotw.Resources = append(sotw.Resources, packed)
	}
	return &Message{typeURL: sotw.GetTypeUrl(), bodies: [2]proto.Message{delta, sotw}}, nil
}

// prepared returns the encoded message. Whoever comes first encodes it, for all: the encoding depends on the codec
// alone, and all streams have the same one.
func (m *Message) prepared(v variant, stream grpc.ServerStream) (*grpc.PreparedMsg, error) {
	r := &m.ready[v]
	r.once.Do(func() { r.err = r.packed.Encode(stream, m.bodies[v]) })
	return &r.packed, r.err
}
