package xds

import (
	"context"
	"fmt"
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

func (lineCounter) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (c lineCounter) Handle(context.Context, slog.Record) error { c.lines.Add(1); return nil }

// A client that connects again and again does not fill the log, whatever node it says it is.
func TestComingsAndGoingsAreLoggedSparingly(t *testing.T) {
	var lines atomic.Int32
	s := still(New(slog.New(lineCounter{&lines, slog.DiscardHandler}), Options{}, func(Event) {}))
	set(t, s, "a", "a", nil)
	h := &hostile{t: t, s: s, delta: true, address: start(t, s)}
	conn := h.dial()
	for i := range 300 {
		ctx, cancel := context.WithCancel(t.Context())
		stream, err := h.open(ctx, conn)
		must(t, err)
		must(t, stream.send(request{typeURL: cds, node: &corev3.Node{Id: fmt.Sprint(i)}}))
		_, _, err = stream.recv()
		must(t, err)
		cancel()
	}
	eventually(t, "all have left", func() bool { return len(connected(s)) == 0 })
	if n := lines.Load(); n < 2 || n > 3*maxMoves+1 {
		t.Errorf("%d lines", n)
	}
}
