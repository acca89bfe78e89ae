package proxywasm

import (
	"fmt"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

var outCalls = map[string]hostFunc{
	"http_call":             fn("iiiiiiiiii", (*hostCall).httpCall),
	"grpc_call":             fn("iiiiiiiiiiii", (*hostCall).grpcCall),
	"grpc_stream":           fn("iiiiiiiii", (*hostCall).grpcStream),
	"grpc_close":            fn("i", (*hostCall).grpcEnd),
	"grpc_cancel":           fn("i", (*hostCall).grpcEnd),
	"grpc_send":             fn("iiii", (*hostCall).grpcSend),
	"call_foreign_function": fn("iiiiii", (*hostCall).foreign),
}

// calls are those to other services: taken, and never answered.
type calls struct {
	http, grpc, streams uint32
	open                map[uint32]bool // gRPC calls and streams
}

func (h *hostCall) httpCall() uint32 {
	cluster, a := h.text(0)
	pairs, b := h.bytes(2)
	body, c := h.bytes(4)
	_, d := h.bytes(6)
	if !a || !b || !c || !d || !h.put32(9, 0) {
		return invalidMemoryAccess
	}
	l := headers.Of(headers.Decode(pairs)...)
	_, path := l.Get(":path")
	_, method := l.Get(":method")
	_, authority := l.Get(":authority")
	_, host := l.Get("host")
	if !path || !method || !authority && !host {
		return badArgument
	}
	if int32(h.u32(8)) < 0 {
		return badArgument
	}
	if !h.called("an HTTP call", cluster, Message{Headers: l, Body: body}) {
		return badArgument
	}
	h.vm.calls.http += 4
	return stored(h.put32(9, h.vm.calls.http))
}

func (h *hostCall) grpcCall() uint32 {
	for _, i := range []int{0, 2, 4, 6, 8} {
		if _, there := h.bytes(i); !there {
			return invalidMemoryAccess
		}
	}
	h.vm.calls.grpc += 4
	return h.grpc(h.vm.calls.grpc+1, 11)
}

func (h *hostCall) grpcStream() uint32 {
	for _, i := range []int{0, 2, 4, 6} {
		if _, there := h.bytes(i); !there {
			return invalidMemoryAccess
		}
	}
	h.vm.calls.streams += 4
	return h.grpc(h.vm.calls.streams+2, 8)
}

func (h *hostCall) grpc(token uint32, at int) uint32 {
	service, _ := h.bytes(0)
	name, _ := h.text(2)
	method, _ := h.text(4)
	request := Message{Headers: headers.Of([]headers.Header{
		{Name: ":method", Value: "POST"}, {Name: ":path", Value: "/" + name + "/" + method}, {Name: "content-type", Value: "application/grpc"},
	}...)}
	const what = "a gRPC call"
	switch t := grpcTarget(service); {
	case t.none:
		panic(errCrash{fmt.Sprintf("makes a gRPC call to %.200q, which Envoy reads as a GrpcService without a target", service)})
	case t.google:
		h.unanswered(what, name, "which preflight does not answer")
	case h.called(what, t.cluster, request):
	case t.named:
		return parseFailure
	default:
		return internalFailure // and proxy_on_grpc_close, which this host leaves out
	}
	if h.vm.calls.open == nil {
		h.vm.calls.open = map[uint32]bool{}
	}
	h.vm.hold(64)
	h.vm.calls.open[token] = true
	return stored(h.put32(at, token))
}

func (h *hostCall) grpcEnd() uint32 {
	if h.u32(0)&3 == 0 {
		return badArgument
	}
	if !h.vm.calls.open[h.u32(0)] {
		return notFound
	}
	delete(h.vm.calls.open, h.u32(0))
	return ok
}

func (h *hostCall) grpcSend() uint32 {
	if _, there := h.bytes(1); !there {
		return invalidMemoryAccess
	}
	if h.u32(0)&3 != 2 {
		return badArgument
	}
	if !h.vm.calls.open[h.u32(0)] {
		return notFound
	}
	return ok
}

// foreign knows which functions Envoy registers (source/extensions/common/wasm/foreign.cc). Those that only tell Envoy
// something succeed; those that compute something are not there, which leaves a doubt.
func (h *hostCall) foreign() uint32 {
	name, a := h.text(0)
	_, b := h.bytes(2)
	if !a || !b {
		return invalidMemoryAccess
	}
	switch name {
	case "clear_route_cache", "declare_property", "set_envoy_filter_state", "expr_delete":
		for _, i := range []int{4, 5} {
			if h.u32(i) != 0 && !h.put32(i, 0) {
				return invalidMemoryAccess
			}
		}
		return ok
	}
	h.vm.doubt("it called the foreign function %.200q", name)
	h.vm.note("it called the foreign function %.200q, which preflight does not have", name)
	return notFound
}
