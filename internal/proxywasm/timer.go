package proxywasm

import (
	"context"
	"strings"
)

// Tick rings the timer as often as it is due, at most 100 times, and delivers what came into queues. The error is a
// *Trap.
func (v *VM) Tick(ctx context.Context) error {
	for range 100 {
		if v.root.tick <= 0 || v.now().Sub(v.root.ticked) < v.root.tick {
			break
		}
		v.root.ticked = v.root.ticked.Add(v.root.tick)
		if err := v.Ring(ctx); err != nil {
			return err
		}
	}
	return v.settle(ctx)
}

// Ring rings the timer now, if there is one. The error is a *Trap.
func (v *VM) Ring(ctx context.Context) error {
	if v.root.tick <= 0 {
		return nil
	}
	_, err := v.call(ctx, v.root, "proxy_on_tick", v.root.id)
	return err
}

// settle tells the plugin of queues with news, as Envoy does once its dispatcher is free.
func (v *VM) settle(ctx context.Context) error {
	for n := 0; len(v.pending) > 0 && n < 100; n++ {
		token := v.pending[0]
		v.pending = v.pending[1:]
		if _, err := v.call(ctx, v.root, "proxy_on_queue_ready", v.root.id, token); err != nil {
			return err
		}
	}
	v.pending = nil
	return nil
}

// Does reports whether the module has any callback for requests or responses at all.
func (v *VM) Does() bool {
	for name := range v.callbacks {
		if strings.HasPrefix(name, "proxy_on_request_") || strings.HasPrefix(name, "proxy_on_response_") ||
			name == "proxy_on_tick" || name == "proxy_on_log" {
			return true
		}
	}
	return false
}
