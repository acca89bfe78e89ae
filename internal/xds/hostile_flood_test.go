package xds

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc/codes"
)

// loops is an attack that goes on until the end on one stream. Nothing reads it.
func loops(step func(i int) request) attack {
	return func(ctx context.Context, h *hostile) error {
		stream, err := h.open(ctx, h.dial())
		if err != nil {
			return err
		}
		go func() { _ = stream.told() }()
		return h.until(ctx, func(i int) error { return stream.send(step(i)) })
	}
}

// until repeats step until the end of the test, or an error that is not its doing.
func (h *hostile) until(ctx context.Context, step func(i int) error) error {
	for i := 0; ctx.Err() == nil; i++ {
		if err := step(i); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	return nil
}

// answers is an attack of a client that answers each response at once.
func answers(node string, answer func(typeURL, nonce string) request) attack {
	return func(ctx context.Context, h *hostile) error {
		stream, err := h.open(ctx, h.dial())
		if err != nil {
			return err
		}
		for _, t := range []string{cds, lds} {
			_ = stream.send(request{node: &corev3.Node{Id: node}, typeURL: t})
		}
		_ = stream.send(request{typeURL: ecds, subscribe: []string{"f"}})
		got := 0
		err = h.until(ctx, func(int) error {
			typeURL, nonce, err := stream.recv()
			got++
			if err != nil {
				return err
			}
			return stream.send(answer(typeURL, nonce))
		})
		// Some dozens of edits, and what was there before; a retry that does not wait is thousands.
		if got > 1000 {
			h.t.Errorf("it was sent %d responses", got)
		}
		return err
	}
}

func subscribed(typeURL string) []string {
	if typeURL == ecds {
		return []string{"f"}
	}
	return nil
}

func TestHostileFloods(t *testing.T) {
	no := "no"
	beside(t, []hostility{
		{"76,000 made-up types", codes.OK, "", loops(func(i int) request {
			return request{typeURL: fmt.Sprintf("example.com/T%d", i%76_000), subscribe: []string{"f"}}
		})},
		{"nonces that were never sent", codes.OK, "", loops(func(i int) request {
			return request{typeURL: ecds, subscribe: []string{"f"}, nonce: fmt.Sprint(i, "x")}
		})},
		{"NACKs of nonces that were never sent", codes.OK, "", loops(func(i int) request {
			return request{typeURL: cds, nonce: fmt.Sprint(i, "x"), nack: &no}
		})},
		{"the same name again and again", codes.OK, "", loops(func(int) request {
			return request{typeURL: ecds, subscribe: []string{"f"}}
		})},
		{"delta: a name that comes and goes", codes.OK, "", loops(func(i int) request {
			if i%2 == 0 {
				return request{typeURL: ecds, subscribe: []string{"f"}}
			}
			return request{typeURL: ecds, unsubscribe: []string{"f"}}
		})},
		{"sotw: a name that comes and goes", codes.OK, "", loops(func(i int) request {
			return request{typeURL: ecds, subscribe: []string{"f"}[:i%2]}
		})},
		{"delta: the wildcard comes and goes", codes.OK, "", loops(func(i int) request {
			if i%2 == 0 {
				return request{typeURL: cds, subscribe: []string{"*"}}
			}
			return request{typeURL: cds, unsubscribe: []string{"*"}}
		})},
		{"a NACK of everything at once", codes.OK, "", answers("nack", func(typeURL, nonce string) request {
			return request{typeURL: typeURL, subscribe: subscribed(typeURL), nonce: nonce, nack: &no}
		})},
		{"an ACK of everything but by another nonce", codes.OK, "", answers("other", func(typeURL, nonce string) request {
			return request{typeURL: typeURL, subscribe: subscribed(typeURL), nonce: nonce + "0"}
		})},
	})
}

// One that reads nothing costs what fits into its window.
func TestHostileNeverReads(t *testing.T) {
	beside(t, []hostility{{"never reads", codes.OK, "", func(ctx context.Context, h *hostile) error {
		stream, err := h.open(ctx, h.dial())
		if err != nil {
			return err
		}
		return h.until(ctx, func(i int) error {
			r := request{typeURL: ecds, subscribe: []string{"f"}}
			if i%2 == 1 {
				r.subscribe, r.unsubscribe = nil, []string{"f"}
			}
			return stream.send(r)
		})
	}}})
}

// What reads the state of all streams while they change is for the race detector.
func TestHostileNamesWhileStatusIsRead(t *testing.T) {
	beside(t, []hostility{{"status", codes.OK, "", func(ctx context.Context, h *hostile) error {
		go func() {
			for ctx.Err() == nil {
				h.s.Fleet()
				h.s.Counts()
				time.Sleep(100 * time.Microsecond)
			}
		}()
		return loops(func(i int) request {
			some := names(100, 4)[i%100:]
			r := request{typeURL: []string{cds, ecds}[i%2], subscribe: append(some, "f")}
			if h.delta && i%3 == 0 {
				r.subscribe, r.unsubscribe = nil, r.subscribe
			}
			return r
		})(ctx, h)
	}}})
}
