package proxywasm

import (
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

var streamCalls = map[string]hostFunc{
	"send_local_response":          fn("iiiiiiii", (*hostCall).reply),
	"set_effective_context":        fn("i", (*hostCall).speakFor),
	"done":                         fn("", func(*hostCall) uint32 { return notFound }),
	"get_property":                 fn("iiii", (*hostCall).getProperty),
	"set_property":                 fn("iiii", (*hostCall).setProperty),
	"set_tick_period_milliseconds": fn("i", (*hostCall).setTick),
	"get_current_time_nanoseconds": fn("i", (*hostCall).time),
}

func (h *hostCall) reply() uint32 {
	details, a := h.text(1)
	body, b := h.text(3)
	pairs, c := h.bytes(5)
	if !a || !b || !c {
		return invalidMemoryAccess
	}
	if s := h.c.stream; s != nil {
		h.vm.pass(len(details) + len(body) + len(pairs))
		s.all.reply = &Reply{Status: h.u32(0), Details: details, Body: []byte(body), Headers: headers.Of(headers.Decode(pairs)...)}
	}
	return ok
}

// The kinds of streams (WasmStreamType).
const (
	requestStream = iota
	responseStream
	downstream
	upstream
)

// resume lets a paused stream go on. Envoy takes the request's maps away at once, whichever stream it is.
func (h *hostCall) resume(kind uint32) uint32 {
	switch {
	case kind > upstream:
		return badArgument
	case kind == upstream:
		return unimplemented
	case kind == downstream:
		return ok
	}
	if s := h.c.stream; s != nil {
		s.all.resumed = true
		s.request, s.requestBody, s.requestTrailers = nil, nil, nil
	}
	return ok
}

func (h *hostCall) closeStream() uint32 {
	if h.u32(0) > upstream {
		return badArgument
	}
	if s := h.c.stream; s != nil && h.u32(0) <= responseStream {
		s.all.out.Closed = true
	}
	return ok
}

func (h *hostCall) speakFor() uint32 {
	c, there := h.vm.contexts[h.u32(0)]
	if !there {
		return badArgument
	}
	h.vm.effective = c
	return ok
}

func (h *hostCall) setTick() uint32 {
	c := h.c
	if c.stream != nil {
		c = h.vm.root
	}
	c.tick = time.Duration(h.u32(0)) * time.Millisecond
	c.ticked = h.vm.now()
	return ok
}

func (h *hostCall) time() uint32 { return stored(h.put64(0, uint64(h.vm.now().UnixNano()))) }
