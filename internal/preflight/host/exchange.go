package host

import (
	"context"
	"strconv"

	"github.com/livefilter/livefilter/internal/preflight/headers"
)

// exchange is one request and its response on their way through the module.
type exchange struct {
	vm         *VM
	ctx        context.Context
	c          *Context
	out        Result
	responding bool
	resumed    bool
	reply      *Reply // made by the callback that is running
}

// Exchange sends a request through the module, and the response unless the module answers or pauses, then ends the
// stream. The error is a *Trap, and the Result says how far it got.
func (v *VM) Exchange(ctx context.Context, request, response Message) (Result, error) {
	c := v.newContext()
	x := &exchange{vm: v, ctx: ctx, c: c, out: Result{Request: request.clone(), Response: response.clone()}}
	c.stream = &stream{all: x}
	defer delete(v.contexts, c.id)
	v.passing = 0
	err := x.run()
	return x.out, err
}

func (x *exchange) run() error {
	if _, err := x.vm.call(x.ctx, x.c, "proxy_on_context_create", x.c.id, x.vm.root.id); err != nil {
		return err
	}
	answered, err := x.request()
	if err == nil && answered {
		err = x.response()
	}
	if err != nil {
		return err
	}
	// Envoy logs the request, then ends the stream; the access log sees both header maps, read-only.
	*x.c.stream = stream{all: x, logging: true, properties: x.c.stream.properties}
	if _, err := x.vm.call(x.ctx, x.c, "proxy_on_log", x.c.id); err != nil {
		return err
	}
	x.c.stream.logging = false
	if _, err := x.vm.call(x.ctx, x.c, "proxy_on_done", x.c.id); err != nil {
		return err
	}
	if _, err := x.vm.call(x.ctx, x.c, "proxy_on_delete", x.c.id); err != nil {
		return err
	}
	return x.vm.settle(x.ctx)
}

// request reports whether a response comes, be it from upstream or of the module's making.
func (x *exchange) request() (bool, error) {
	s, m := x.c.stream, &x.out.Request
	s.request = &m.Headers
	on, err := x.headers("proxy_on_request_headers", m)
	if on {
		s.request = nil
		on, err = x.body("proxy_on_request_body", m, &s.requestBody)
	}
	if on && m.Trailers != nil && s.requestTrailers == nil {
		s.requestTrailers = &m.Trailers
		on, err = x.trailers("proxy_on_request_trailers", m)
		if on {
			s.requestTrailers = nil
		}
	}
	if x.out.Reply != nil {
		x.out.Response = x.out.Reply.message()
		return true, err
	}
	return on, err
}

func (x *exchange) response() error {
	x.responding = true
	s, m := x.c.stream, &x.out.Response
	s.response = &m.Headers
	on, err := x.headers("proxy_on_response_headers", m)
	if on {
		s.response = nil
		on, err = x.body("proxy_on_response_body", m, &s.responseBody)
	}
	if on && m.Trailers != nil && s.responseTrailers == nil {
		s.responseTrailers = &m.Trailers
		_, err = x.trailers("proxy_on_response_trailers", m)
	}
	return err
}

// step runs a callback of the stream and reports whether the stream goes on.
func (x *exchange) step(name string, goesOn func(uint32) bool, args ...uint32) (bool, error) {
	x.resumed, x.reply = false, nil
	status, err := x.vm.call(x.ctx, x.c, name, append([]uint32{x.c.id}, args...)...)
	switch {
	case err != nil:
		return false, err
	case x.reply != nil && x.responding:
		// Envoy replaces the response and does not show the module its own reply again.
		x.out.Reply, x.out.Response = x.reply, x.reply.message()
		return false, nil
	case x.reply != nil:
		x.out.Reply = x.reply
		return false, nil
	case x.out.Closed:
		return false, nil
	case goesOn(status), x.resumed:
		return true, nil
	}
	x.out.Paused = name
	return false, nil
}

// headers: anything but Continue (and 2, which Envoy reads as Continue) stops the headers, and with them the body
// (convertVmCallResultToFilterHeadersStatus, allow_on_headers_stop_iteration being false).
func (x *exchange) headers(name string, m *Message) (bool, error) {
	args := []uint32{uint32(len(m.Headers)), 0}
	if len(m.Body) == 0 && m.Trailers == nil {
		args[1] = 1
	}
	if x.vm.abi == "0.1.0" {
		args = args[:1]
	}
	return x.step(name, func(status uint32) bool { return status == 0 || status == 2 }, args...)
}

// body sends the body in two pieces, the second one empty and last, as HTTP/1 with a content-length arrives. A module
// that wants the whole body pauses at the first and sees both at the second.
func (x *exchange) body(name string, m *Message, shown **[]byte) (bool, error) {
	if len(m.Body) == 0 && m.Trailers == nil || x.vm.callbacks[name] == nil {
		return true, nil
	}
	s := x.c.stream
	*shown = &m.Body
	buffered := false
	if _, err := x.step(name, func(status uint32) bool { buffered = status == 1; return true }, uint32(len(m.Body)), 0); err != nil || x.over() {
		return false, err
	}
	if m.Trailers != nil {
		*shown = nil
		return true, nil
	}
	var rest []byte
	if buffered {
		*shown = &m.Body
	} else {
		*shown = &rest
	}
	s.end = true
	on, err := x.step(name, func(status uint32) bool { return status == 0 }, uint32(len(**shown)), 1)
	m.Body = append(m.Body, rest...)
	s.end, *shown = false, nil
	return on, err
}

func (x *exchange) over() bool { return x.out.Reply != nil || x.out.Closed }

func (x *exchange) trailers(name string, m *Message) (bool, error) {
	return x.step(name, func(status uint32) bool { return status == 0 }, uint32(len(m.Trailers)))
}

func (r *Reply) message() Message {
	m := Message{Headers: headers.List{{Name: ":status", Value: strconv.Itoa(int(r.Status))}}, Body: r.Body}
	for _, h := range r.Headers {
		m.Headers.Add(h.Name, h.Value)
	}
	if len(r.Body) > 0 {
		m.Headers.Set("content-length", strconv.Itoa(len(r.Body)))
		if _, there := m.Headers.Get("content-type"); !there {
			m.Headers.Add("content-type", "text/plain")
		}
	}
	return m
}
