package proxywasm

var bufferCalls = map[string]hostFunc{
	"get_buffer_bytes":  fn("iiiii", (*hostCall).getBuffer),
	"get_buffer_status": fn("iii", (*hostCall).bufferStatus),
	"set_buffer_bytes":  fn("iiiii", (*hostCall).setBuffer),
}

// The kinds of buffers (WasmBufferType).
const (
	requestBody = iota
	responseBody
	downstreamData
	upstreamData
	httpCallBody
	grpcMessage
	vmConfig
	pluginConfig
	callData
)

// buffer is Context::getBuffer of Envoy. There is one or none; a body that is not there is empty.
func (c *Context) buffer(kind uint32) (data []byte, there bool) {
	switch kind {
	case vmConfig:
		return c.vm.plugin.VMConfig, true
	case pluginConfig:
		return c.vm.plugin.Config, c.plugin
	case httpCallBody:
		return nil, false
	case requestBody, responseBody:
		if b := c.body(kind); b != nil {
			return *b, true
		}
	}
	return nil, true
}

func (c *Context) body(kind uint32) *[]byte {
	switch {
	case c.stream == nil:
		return nil
	case kind == requestBody:
		return c.stream.requestBody
	case kind == responseBody:
		return c.stream.responseBody
	}
	return nil
}

func (h *hostCall) getBuffer() uint32 {
	if h.u32(0) > callData {
		return badArgument
	}
	data, there := h.c.buffer(h.u32(0))
	if !there {
		return notFound
	}
	// Envoy adds in 64 bits, so that start and length cannot overflow.
	from := min(uint64(h.u32(1)), uint64(len(data)))
	to := min(uint64(h.u32(1))+uint64(h.u32(2)), uint64(len(data)))
	return h.give(3, data[from:max(from, to)])
}

func (h *hostCall) bufferStatus() uint32 {
	if h.u32(0) > callData {
		return badArgument
	}
	data, there := h.c.buffer(h.u32(0))
	if !there {
		return notFound
	}
	return stored(h.put32(1, uint32(len(data))) && h.put32(2, 0))
}

// setBuffer is Buffer::copyFrom of Envoy: it replaces from the start, or appends at the end, and nothing between.
func (h *hostCall) setBuffer() uint32 {
	if h.u32(0) > callData {
		return badArgument
	}
	if _, there := h.c.buffer(h.u32(0)); !there {
		return notFound
	}
	data, there := h.bytes(3)
	if !there {
		return invalidMemoryAccess
	}
	body := h.c.body(h.u32(0))
	if body == nil {
		return badArgument
	}
	h.vm.pass(len(data))
	start, length := h.u32(1), h.u32(2)
	switch {
	case start == 0:
		rest := (*body)[min(uint64(length), uint64(len(*body))):]
		*body = append(append(make([]byte, 0, len(data)+len(rest)), data...), rest...)
	case uint64(start) >= uint64(len(*body)):
		*body = append((*body)[:len(*body):len(*body)], data...)
	default:
		return badArgument
	}
	return ok
}
