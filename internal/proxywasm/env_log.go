package proxywasm

var logCalls = map[string]hostFunc{
	"log":        fn("iii", (*hostCall).log),
	"get_status": fn("iii", (*hostCall).status),
}

func (h *hostCall) log() uint32 {
	if h.u32(0) > uint32(Critical) {
		return badArgument
	}
	text, there := h.bytes(1)
	if !there {
		return invalidMemoryAccess
	}
	h.vm.Log.add(Level(h.u32(0)), text)
	return ok
}

// status is that of the last gRPC call, and none was ever answered.
func (h *hostCall) status() uint32 {
	if !h.put32(0, 0) {
		return invalidMemoryAccess
	}
	return h.give(1, nil)
}

// What came and went with ABI versions.
var (
	abi010Calls = map[string]hostFunc{
		"get_configuration": fn("ii", (*hostCall).configuration),
		"continue_request":  fn("", func(h *hostCall) uint32 { return h.resume(0) }),
		"continue_response": fn("", func(h *hostCall) uint32 { return h.resume(1) }),
		"clear_route_cache": fn("", func(*hostCall) uint32 { return ok }),
	}
	abi020Calls = map[string]hostFunc{
		"continue_stream": fn("i", func(h *hostCall) uint32 { return h.resume(h.u32(0)) }),
		"close_stream":    fn("i", (*hostCall).closeStream),
	}
	abi021Calls = map[string]hostFunc{
		// Envoy's own default.
		"get_log_level": fn("i", func(h *hostCall) uint32 { return stored(h.put32(0, uint32(Info))) }),
	}
	// Outside proxy_: for Emscripten, and an extension of Envoy.
	looseCalls = map[string]hostFunc{
		"pthread_equal": {sig: sig("ii", "i"), bare: true, do: func(h *hostCall) uint32 {
			if h.u32(0) == h.u32(1) {
				return 1
			}
			return 0
		}},
		"emscripten_notify_memory_growth": {sig: sig("i", ""), bare: true, do: func(*hostCall) uint32 { return 0 }},
		"envoy_resolve_dns": fn("iii", func(h *hostCall) uint32 {
			h.vm.doubt("it resolves a name by DNS")
			return stored(h.put32(2, 1))
		}),
	}
)

func (h *hostCall) configuration() uint32 {
	if h.c.plugin {
		return h.give(0, h.vm.plugin.Config)
	}
	return h.give(0, h.vm.plugin.VMConfig)
}
