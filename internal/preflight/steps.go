package preflight

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// start brings the plugin up to where Envoy would ACK it.
func (t *trial) start(ctx context.Context, now func() time.Time) error {
	vm, err := proxywasm.New(ctx, t.module.code, t.plugin, t.limits, now)
	if err != nil {
		return t.fail(Start, "", err)
	}
	t.vm = vm
	if err := vm.Start(ctx); err != nil {
		return t.fail(Start, "", err)
	}
	started, err := vm.StartVM(ctx)
	if refused := t.called(VMStart); refused != nil {
		return refused
	}
	if !started {
		return t.fail(VMStart, "proxy_on_vm_start returned false", err)
	}
	configured, err := vm.Configure(ctx)
	if refused := t.called(Configure); refused != nil {
		return refused
	}
	if !configured {
		return t.fail(Configure, "proxy_on_configure returned false: it refuses its configuration", err)
	}
	return nil
}

// traffic sends requests through: with a body, without one, and with trailers; to responses good and bad.
func (t *trial) traffic(ctx context.Context) error {
	for _, ex := range Samples() {
		r, err := t.vm.Exchange(ctx, ex.Request, ex.Response)
		if err != nil {
			return t.fail(stepOf(err), "", err)
		}
		if r.Paused != "" {
			t.paused(r.Paused)
		} else if h, bad := r.Request.Headers.Invalid(); bad && r.Reply == nil {
			return &failure{Refusal: refuse(Request, "it sets the request header %q to %q, and Envoy answers 503 to that", h.Name, h.Value)}
		} else if h, bad := r.Response.Headers.Invalid(); bad {
			t.warnOnce(fmt.Sprintf("it sets the response header %q to %q, and Envoy sends that as it is", h.Name, h.Value))
		}
		if err := t.calledForRequest(ctx); err != nil {
			return err
		}
	}
	return t.tick(t.vm.Ring(ctx))
}

// tick judges what became of a timer's callback.
func (t *trial) tick(err error) error {
	if refused := t.called(Tick); refused != nil {
		return refused
	}
	if err != nil {
		return t.fail(Tick, "", err)
	}
	return nil
}

func (t *trial) paused(callback string) {
	t.warnOnce(callback + " paused, and nothing here lets the stream go on; what comes after was not tried")
}

// replace rehearses the next edit: Envoy configures a second plugin context in the same VM and ends the first. What
// fails there does not keep this config from working, unless other plugins are in the VM.
func (t *trial) replace(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, t.timeout)
	defer cancel()
	replaced, err := t.vm.Replace(ctx)
	var trap *proxywasm.Trap
	if errors.As(err, &trap) {
		t.ended = trap.Kind
	}
	if t.ended == proxywasm.Failed {
		return nil
	}
	switch {
	case t.together && err != nil:
		return t.fail(Again, "", err)
	case t.together && !replaced:
		return t.fail(Again, "configured a second time in the same VM, it refuses", nil)
	case err != nil:
		t.warn("the next edit would break it: configured a second time in the same VM, %v%s", err, t.lastWord())
	case !replaced:
		t.warn("the next edit would break it: it refuses to be configured a second time in the same VM%s", t.lastWord())
	}
	return nil
}

// stepOf tells in which part of an exchange a callback belongs.
func stepOf(err error) Step {
	var trap *proxywasm.Trap
	if !errors.As(err, &trap) {
		return Request
	}
	switch c := trap.Callback; {
	case strings.HasPrefix(c, "proxy_on_response"):
		return Response
	case c == "proxy_on_log", c == "proxy_on_done", c == "proxy_on_delete":
		return Done
	case c == "proxy_on_queue_ready":
		return Tick
	}
	return Request
}
