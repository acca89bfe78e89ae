package xds

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// A line a minute for each kind of refusal and host is enough.
func TestRefusalsAreLoggedSparingly(t *testing.T) {
	var lines atomic.Int32
	s := still(New(slog.New(lineCounter{&lines, slog.DiscardHandler}), Options{}, func(Event) {}))
	address := start(t, s)
	h := &hostile{t: t, s: s, delta: true, address: address}
	conn := h.dial()
	for range 50 {
		stream, err := h.open(t.Context(), conn)
		must(t, err)
		_ = stream.send(request{typeURL: cds, node: &corev3.Node{}})
		_ = stream.told()
	}
	if n := lines.Load(); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
}

type lineCounter struct {
	lines *atomic.Int32
	slog.Handler
}

func (lineCounter) Enabled(context.Context, slog.Level) bool { return true }

func (c lineCounter) Handle(context.Context, slog.Record) error { c.lines.Add(1); return nil }
