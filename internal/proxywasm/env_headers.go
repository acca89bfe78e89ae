package proxywasm

import "github.com/livefilter/livefilter/internal/proxywasm/headers"

var headerCalls = map[string]hostFunc{
	"get_header_map_value":     fn("iiiii", (*hostCall).getHeader),
	"add_header_map_value":     fn("iiiii", (*hostCall).addHeader),
	"replace_header_map_value": fn("iiiii", (*hostCall).setHeader),
	"remove_header_map_value":  fn("iii", (*hostCall).removeHeader),
	"get_header_map_pairs":     fn("iii", (*hostCall).getHeaders),
	"set_header_map_pairs":     fn("iii", (*hostCall).setHeaders),
	"get_header_map_size":      fn("ii", (*hostCall).headersSize),
}

func (h *hostCall) getHeader() uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	name, there := h.text(1)
	if !there {
		return invalidMemoryAccess
	}
	old := h.vm.abi == "0.1.0" // which knew no NotFound
	m := h.c.readable(h.u32(0))
	if m == nil && (h.c.stream == nil || !h.c.stream.logging) {
		return badArgument
	}
	if m != nil {
		if value, found := m.Get(name); found {
			return h.give(3, []byte(value))
		}
	}
	if old {
		return h.give(3, nil)
	}
	return notFound
}

func (h *hostCall) addHeader() uint32 { return h.change((*headers.List).Add) }

func (h *hostCall) setHeader() uint32 { return h.change((*headers.List).Set) }

func (h *hostCall) change(how func(*headers.List, string, string)) uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	name, there := h.text(1)
	value, thereToo := h.text(3)
	if !there || !thereToo {
		return invalidMemoryAccess
	}
	m := h.c.writable(h.u32(0))
	if m == nil {
		return badArgument
	}
	h.vm.pass(len(name) + len(value) + 32)
	how(m, name, value)
	return ok
}

func (h *hostCall) removeHeader() uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	name, there := h.text(1)
	if !there {
		return invalidMemoryAccess
	}
	m := h.c.writable(h.u32(0))
	if m == nil {
		return badArgument
	}
	m.Remove(name)
	return ok
}

// getHeaders never fails for a map that is not there: it is empty then.
func (h *hostCall) getHeaders() uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	m := h.c.readable(h.u32(0))
	if m == nil || len(*m) == 0 {
		return h.give(1, nil)
	}
	return h.give(1, headers.Encode(*m))
}

func (h *hostCall) setHeaders() uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	data, there := h.bytes(1)
	if !there {
		return invalidMemoryAccess
	}
	m := h.c.writable(h.u32(0))
	if m == nil {
		return badArgument
	}
	h.vm.pass(len(data))
	m.Replace(headers.Decode(data))
	return ok
}

func (h *hostCall) headersSize() uint32 {
	if h.u32(0) > lastMap {
		return badArgument
	}
	m := h.c.writable(h.u32(0))
	if m == nil {
		return badArgument
	}
	return stored(h.put32(1, uint32(m.Size())))
}
