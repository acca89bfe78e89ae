package xds

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is an encoded response: what is this client's own, and the resources, whose bytes
// all clients share.
type frame mem.BufferSlice

// frame encodes out for a client.
func (out *outgoing) frame(nonce string, delta bool) (f frame, bytes int) {
	// version_info = 1, type_url = 4, nonce = 5, removed_resources = 6, in both protocols.
	var own []byte
	own = appendField(own, 1, []byte(out.version))
	own = appendField(own, 4, []byte(out.typeURL))
	own = appendField(own, 5, []byte(nonce))
	if delta {
		for _, name := range out.drops {
			own = appendField(own, 6, []byte(name))
		}
	}
	f = frame{mem.SliceBuffer(own)}
	for _, puts := range [][]put{out.puts, out.rest} {
		for _, p := range puts {
			w := p.offer.resource.encoded(p.vary)
			encoded := w.full
			if delta {
				encoded = w.delta
			}
			f = append(f, mem.SliceBuffer(encoded))
			bytes += len(encoded)
		}
	}
	return f, bytes
}

// codec sends frames as they are. Everything else is what gRPC's own codec makes of it.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if f, ok := v.(frame); ok {
		return mem.BufferSlice(f), nil
	}
	return c.CodecV2.Marshal(v)
}
