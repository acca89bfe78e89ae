package proxywasm

import (
	"context"
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
	upstream   Upstream
	details    string // response.code_details
	tries      int64  // upstream.request_attempt_count
}

// Exchange sends a request through the module, and the response unless the module answers or pauses, then ends the
// stream. The error is a *Trap, and the Result says how far it got.
func (v *VM) Exchange(ctx context.Context, request, response Message) (Result, error) {
	return v.Pass(ctx, request, func(Message) (Answer, error) { return Answer{Message: response, There: true}, nil })
}

// Pass is Exchange with a response that upstream makes once the request has passed, unless the module answers or pauses.
// An error of upstream is returned as it is.
func (v *VM) Pass(ctx context.Context, request Message, upstream Upstream) (Result, error) {
	c := v.newContext()
	x := &exchange{vm: v, ctx: ctx, c: c, out: Result{Request: request.clone()}, upstream: upstream, details: "via_upstream", tries: 1}
	c.stream = &stream{all: x, properties: request.Properties}
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
	if err == nil && answered && x.out.Reply == nil {
		answered, err = x.respond()
	}
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

// respond lets upstream answer, and reports whether it did.
func (x *exchange) respond() (bool, error) {
	a, err := x.upstream(x.out.Request)
	if err != nil || !a.There {
		return false, err
	}
	x.out.Response = a.clone()
	if a.Details != "" {
		x.details = a.Details
	}
	x.tries = max(x.tries, int64(a.Tries))
	return true, nil
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
		x.out.Response, x.details = x.out.Reply.message(), x.out.Reply.Details
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
