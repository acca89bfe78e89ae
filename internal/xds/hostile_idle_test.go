package xds

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc/codes"
)

// Of 1,000 streams on one connection 64 are open at a time.
func TestHostileStreams(t *testing.T) {
	beside(t, []hostility{{"streams on one connection", codes.OK, "", func(ctx context.Context, h *hostile) error {
		conn := h.dial()
		var all sync.WaitGroup
		for i := range 1000 {
			all.Go(func() {
				stream, err := h.open(ctx, conn)
				if err == nil {
					_ = stream.send(request{typeURL: ecds, node: &corev3.Node{Id: fmt.Sprint(i)}, subscribe: []string{"f"}})
					_ = stream.told()
				}
			})
		}
		eventually(h.t, "all that may be open are", func() bool { return len(connected(h.s)) == maxStreams+1 })
		_ = h.until(ctx, func(int) error {
			if n := len(connected(h.s)); n > maxStreams+1 {
				h.t.Errorf("%d streams are open", n)
			}
			time.Sleep(time.Millisecond)
			return nil
		})
		all.Wait()
		return nil
	}}})
}

// Connections that say nothing, or nothing but hello, or that open a stream and leave it.
func TestHostileSilence(t *testing.T) {
	beside(t, []hostility{
		{"connections that say nothing", codes.OK, "", func(ctx context.Context, h *hostile) error {
			for range 200 {
				conn, err := net.Dial("tcp", h.address)
				if err != nil {
					return err
				}
				defer conn.Close()
			}
			<-ctx.Done()
			return nil
		}},
		{"connections without a stream", codes.OK, "", func(ctx context.Context, h *hostile) error {
			for range 50 {
				h.dial().Connect()
			}
			<-ctx.Done()
			return nil
		}},
		{"streams without a request", codes.OK, "", func(ctx context.Context, h *hostile) error {
			for range 50 {
				if _, err := h.open(ctx, h.dial()); err != nil {
					return err
				}
			}
			<-ctx.Done()
			return nil
		}},
	})
}

// A stream without a request ends, and does not keep the others from being live before.
func TestASilentStreamCountsForNothing(t *testing.T) {
	var live atomic.Int32
	s := New(slog.New(slog.DiscardHandler), Options{}, func(e Event) {
		if e.Kind == Live {
			live.Add(1)
		}
	})
	s.silence = 5 * time.Second // which the other one has for its first request, too
	address := start(t, s)
	set(t, s, "a", "a", nil)
	h := &hostile{t: t, s: s, delta: true}
	silent, err := h.open(t.Context(), dial(t, address))
	must(t, err)
	join(openDelta(t, dial(t, address)))
	eventually(t, "live", func() bool { return live.Load() == 1 })
	if err := silent.told(); err == nil || err.Error() != "rpc error: code = DeadlineExceeded desc = no request within 5s" {
		t.Errorf("it is told %v", err)
	}
}

// storm is an attack of a client that connects, waits for the first response, and goes.
func storm(id func(int) string) attack {
	return func(ctx context.Context, h *hostile) error {
		conn := h.dial()
		return h.until(ctx, func(i int) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			stream, err := h.open(ctx, conn)
			if err == nil {
				err = stream.send(request{typeURL: cds, node: &corev3.Node{Id: id(i)}})
			}
			if err == nil {
				_, _, err = stream.recv()
			}
			return err
		})
	}
}

// Envoys that come and go are remembered up to a point.
func TestHostileReconnects(t *testing.T) {
	beside(t, []hostility{
		{"one node ID", codes.OK, "", storm(func(int) string { return "storm" })},
		{"always another node ID", codes.OK, "", storm(func(i int) string { return fmt.Sprint(i) })},
		{"the good one's node ID", codes.OK, "", storm(func(int) string { return "envoy" })},
	})
}

func TestGoneIsBounded(t *testing.T) {
	f, now := newFleet(Options{}), time.Unix(0, 0)
	for i := range 2 * maxGone {
		c := newClient("1.2.3.4:5", "", true, now)
		c.known, c.id, c.subs[cds] = true, fmt.Sprint(i), &subscription{}
		f.add(c)
		f.speaks(c, c.id)
		f.remove(c, false, func(*client) bool { return false }, now)
	}
	if len(f.gone) != maxGone || len(f.latest) != 0 || len(f.clients) != 0 {
		t.Errorf("%d gone, %d latest, %d clients", len(f.gone), len(f.latest), len(f.clients))
	}
}
