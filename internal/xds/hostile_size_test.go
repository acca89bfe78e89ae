package xds

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// names are n of the given length.
func names(n, length int) (out []string) {
	for i := range n {
		number := fmt.Sprint(i)
		out = append(out, strings.Repeat("n", length-len(number))+number)
	}
	return out
}

func versions(names []string, version string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = version
	}
	return out
}

// sends is an attack with requests on one stream.
func sends(requests ...request) attack {
	return func(ctx context.Context, h *hostile) error {
		stream, err := h.open(ctx, h.dial())
		if err != nil {
			return err
		}
		for _, r := range requests {
			_ = stream.send(r) // what is wrong is told below
		}
		return stream.told()
	}
}

func TestHostileSizes(t *testing.T) {
	const big = "larger than max"
	metadata, _ := structpb.NewStruct(map[string]any{"m": strings.Repeat("m", 2<<20)})
	words := strings.Repeat("w", 4<<20)
	id := func(id string) request { return request{typeURL: cds, node: &corev3.Node{Id: id}} }
	beside(t, []hostility{
		{"35 messages with names of 1 MB", codes.ResourceExhausted, big, func(ctx context.Context, h *hostile) (err error) {
			conn := h.dial()
			for range 35 {
				stream, opened := h.open(ctx, conn)
				if opened != nil {
					return opened
				}
				_ = stream.send(request{typeURL: ecds, subscribe: names(1, 1<<20)})
				err = stream.told()
			}
			return err
		}},
		{"metadata of 2 MB", codes.ResourceExhausted, big, sends(request{typeURL: cds, node: &corev3.Node{Id: "m", Metadata: metadata}})},
		{"110,000 names", codes.ResourceExhausted, big, sends(request{typeURL: ecds, subscribe: names(110_000, 10)})},
		{"180,000 names, 1,000 at a time", codes.ResourceExhausted, "names of TypedExtensionConfig on one stream: at most 1000 are served",
			func(ctx context.Context, h *hostile) error {
				stream, err := h.open(ctx, h.dial())
				all := names(180_000, 10)
				for some := range slices.Chunk(all, 1000) {
					if !h.delta { // there a request has all names
						some = all[:1001]
					}
					if err != nil || stream.send(request{typeURL: ecds, subscribe: some}) != nil {
						break
					}
				}
				err = stream.told()
				if !h.delta {
					err = fmt.Errorf("names of TypedExtensionConfig on one stream: at most 1000 are served: %w", err)
				}
				return err
			}},
		{"1,001 names", codes.ResourceExhausted, "a request with 1001 names of TypedExtensionConfig: at most 1000 are served",
			sends(request{typeURL: ecds, subscribe: names(1001, 10)})},
		{"names of 100 kB in all", codes.ResourceExhausted, "names of TypedExtensionConfig with 100000 bytes on one stream: at most 65536 are kept",
			sends(request{typeURL: ecds, subscribe: names(1000, 100)})},
		{"a name of 2 kB", codes.ResourceExhausted, "a name of TypedExtensionConfig is longer than 1024 bytes",
			sends(request{typeURL: ecds, subscribe: names(1, 2048)})},
		{"a type of 2 kB", codes.ResourceExhausted, "type_url has 2048 bytes: at most 1024 are read",
			sends(request{typeURL: names(1, 2048)[0]})},
		{"a node ID of 2 kB", codes.ResourceExhausted, "node.id has 2048 bytes: at most 1024 are kept", sends(id(names(1, 2048)[0]))},
		{"no node ID", codes.InvalidArgument, "node.id is empty", sends(id(""))},
		{"a node ID that moves the cursor", codes.InvalidArgument, "node.id has control characters", sends(id("a\x1b[2J"))},
		{"4 MB of a NACK's words from 40 nodes", codes.ResourceExhausted, big, func(ctx context.Context, h *hostile) (err error) {
			for i := range 40 {
				stream, opened := h.open(ctx, h.dial())
				if opened != nil {
					return opened
				}
				_ = stream.send(request{typeURL: ecds, subscribe: []string{"f"}, node: &corev3.Node{Id: fmt.Sprint(i)}})
				_, nonce, _ := stream.recv()
				_ = stream.send(request{typeURL: ecds, subscribe: []string{"f"}, nonce: nonce, nack: &words})
				err = stream.told()
			}
			return err
		}},
	})
}

func TestHostileVersions(t *testing.T) {
	text := names(1, 2048)[0]
	delta := func(words string, versions map[string]string) hostility {
		return hostility{"delta: " + words, codes.ResourceExhausted, words, sends(request{typeURL: cds, versions: versions})}
	}
	beside(t, []hostility{
		delta("larger than max", versions(names(110_000, 10), "1")),
		delta("a request with 1001 names of Cluster: at most 1000 are served", versions(names(1001, 9), "1")),
		delta("initial_resource_versions of Cluster: longer than 1024 bytes", versions([]string{"a"}, text)),
		delta("initial_resource_versions of Cluster: longer than", versions([]string{text}, "1")),
		{"sotw: version_info", codes.ResourceExhausted, "version_info of Cluster is longer than 1024 bytes",
			sends(request{typeURL: cds, version: text})},
	})
}

// raw sends bytes as they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error) { return v.([]byte), nil }
func (raw) Unmarshal([]byte, any) error   { return nil }
func (raw) Name() string                  { return "proto" }
func (raw) stream(ctx context.Context, h *hostile, m []byte) error {
	method := "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"
	if h.delta {
		method = strings.Replace(method, "Stream", "Delta", 1)
	}
	stream, err := h.dial().NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method, grpc.ForceCodec(raw{}))
	if err != nil {
		return err
	}
	_ = stream.SendMsg(m)
	return stream.RecvMsg(nil)
}

func TestHostileBytes(t *testing.T) {
	node := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "\xff\xfe")
	for _, c := range []struct {
		name  string
		bytes []byte
	}{
		{"a node ID that is no UTF-8", protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), node)},
		{"no protobuf", []byte("\xff\xff\xff")},
	} {
		beside(t, []hostility{{c.name, codes.Internal, "unmarshal", func(ctx context.Context, h *hostile) error {
			return raw{}.stream(ctx, h, c.bytes)
		}}})
	}
}

// A request of the most bytes is read, one of a byte more is not.
func TestHostileEdge(t *testing.T) {
	of := func(size int) request {
		r := &discoveryv3.DeltaDiscoveryRequest{Node: badNode, TypeUrl: "x", ErrorDetail: detail("w")}
		words := strings.Repeat("w", size-proto.Size(r)-5)
		r.ErrorDetail = detail(words)
		words += strings.Repeat("w", size-proto.Size(r))
		return request{typeURL: "x", nack: &words}
	}
	beside(t, []hostility{
		{"256 KiB", codes.OK, "", sends(of(maxMessage))},
		{"256 KiB and a byte", codes.ResourceExhausted, "(262145 vs. 262144)", sends(of(maxMessage + 1))},
	})
}
