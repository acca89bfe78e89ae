package xds

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

func TestSparing(t *testing.T) {
	var s sparing
	now := time.Unix(0, 0)
	for i, want := range []bool{true, false, false} {
		if _, ok := s.allow("a", now); ok != want {
			t.Errorf("line %d: %t", i, ok)
		}
	}
	if _, ok := s.allow("b", now); !ok {
		t.Error("another kind was kept back")
	}
	if before, ok := s.allow("a", now.Add(sparingTime)); !ok || before != 2 {
		t.Errorf("after a minute: %t, %d before", ok, before)
	}
	for i := range 2 * maxKinds {
		s.allow(fmt.Sprint(i), now)
	}
	if len(s.last) > maxKinds {
		t.Errorf("%d kinds are kept", len(s.last))
	}
	if _, ok := s.allow("c", now.Add(3*sparingTime)); !ok {
		t.Error("old kinds stand in the way of new ones")
	}
}

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
