package proxywasm

import (
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Context is what Envoy has for the VM itself (id 0), for the plugin (the root context), and for each request.
type Context struct {
	vm     *VM
	id     uint32
	root   bool
	plugin bool          // the plugin's configuration can be read, which is so in two callbacks only
	tick   time.Duration // 0: no timer
	ticked time.Time     // when the timer was set or last rang
	stream *stream       // of a request
}

// stream holds what a request context can reach at the moment. Envoy takes each map away once its callback has let the
// stream go on: nil makes proxy_get_header_map_value return BadArgument.
type stream struct {
	request, requestTrailers   *headers.List
	response, responseTrailers *headers.List
	requestBody, responseBody  *[]byte
	end                        bool // end of stream, in a body callback
	logging                    bool // in proxy_on_log, where maps are read-only
	all                        *exchange
	properties                 map[string][]byte
}

// The kinds of header maps (WasmHeaderMapType).
const (
	requestHeaders = iota
	requestTrailers
	responseHeaders
	responseTrailers
	lastMap = 7
)

// writable is Context::getMap of Envoy.
func (c *Context) writable(kind uint32) *headers.List {
	s := c.stream
	if s == nil {
		return nil
	}
	switch kind {
	case requestHeaders:
		return s.request
	case requestTrailers:
		if s.requestTrailers == nil && s.requestBody != nil && s.end {
			s.all.out.Request.Trailers = headers.List{}
			s.requestTrailers = &s.all.out.Request.Trailers
		}
		return s.requestTrailers
	case responseHeaders:
		return s.response
	case responseTrailers:
		if s.responseTrailers == nil && s.responseBody != nil && s.end {
			s.all.out.Response.Trailers = headers.List{}
			s.responseTrailers = &s.all.out.Response.Trailers
		}
		return s.responseTrailers
	}
	return nil
}

// readable is Context::getConstMap of Envoy.
func (c *Context) readable(kind uint32) *headers.List {
	s := c.stream
	if s == nil {
		return nil
	}
	if s.logging {
		switch kind {
		case requestHeaders:
			return &s.all.out.Request.Headers
		case responseHeaders:
			return &s.all.out.Response.Headers
		case responseTrailers:
			return &s.all.out.Response.Trailers
		}
		return nil
	}
	switch kind {
	case requestHeaders:
		return s.request
	case requestTrailers:
		return s.requestTrailers
	case responseHeaders:
		return s.response
	case responseTrailers:
		return s.responseTrailers
	}
	return nil
}
