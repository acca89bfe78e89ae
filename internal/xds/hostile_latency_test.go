package xds

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

var latencyEdits = flag.Int("latency-edits", 0, "edits for TestHostileLatency, which is skipped without")

// What a good Envoy waits for an edit of 50 kB, alone and beside each hostile client: it prints
// and asserts nothing. The hostile client, the good one and the server share the machine.
//
//	go test -run HostileLatency -v ./internal/xds -latency-edits 300
func TestHostileLatency(t *testing.T) {
	if *latencyEdits == 0 {
		t.Skip("-latency-edits says how many")
	}
	no := "no"
	for _, a := range []hostility{
		{name: "nothing", do: func(context.Context, *hostile) error { return nil }},
		{name: "made-up types", do: loops(func(i int) request { return request{typeURL: fmt.Sprintf("example.com/T%d", i%76_000)} })},
		{name: "nonces never sent", do: loops(func(i int) request {
			return request{typeURL: ecds, subscribe: []string{"f"}, nonce: fmt.Sprint(i, "x")}
		})},
		{name: "f comes and goes", do: loops(func(i int) request {
			r := request{typeURL: ecds, subscribe: []string{"f"}}
			if i%2 == 1 {
				r.subscribe, r.unsubscribe = nil, r.subscribe
			}
			return r
		})},
		{name: "1,000 names a request", do: loops(func(int) request { return request{typeURL: ecds, subscribe: names(1000, 60)} })},
		{name: "NACKs at once", do: answers("nack", func(typeURL, nonce string) request {
			return request{typeURL: typeURL, subscribe: subscribed(typeURL), nonce: nonce, nack: &no}
		})},
		{name: "messages of 1 MB", do: func(ctx context.Context, h *hostile) error {
			conn, big := h.dial(), names(1, 1<<20)
			return h.until(ctx, func(int) error {
				stream, err := h.open(ctx, conn)
				if err == nil {
					_ = stream.send(request{typeURL: ecds, subscribe: big})
					_ = stream.told()
				}
				return err
			})
		}},
		{name: "reconnects", do: storm(func(i int) string { return fmt.Sprint(i) })},
	} {
		for _, delta := range []bool{true, false} {
			s := New(slog.New(slog.DiscardHandler), Options{}, func(Event) {})
			latency(t, a, &hostile{t: t, s: s, delta: delta, address: start(t, s)})
		}
	}
}

func latency(t *testing.T, a hostility, h *hostile) {
	code, edit := strings.Repeat("c", 50<<10), 0
	next := func() { edit++; set(t, h.s, "a", "a", map[string]string{"f": fmt.Sprint(edit, code)}) }
	next()
	good := h.envoy()
	join(good, "f")
	edits := func() (took []time.Duration) {
		for range *latencyEdits {
			begin := time.Now()
			next()
			r := good.recv()
			took = append(took, time.Since(begin))
			good.answer(r, "")
			time.Sleep(2 * time.Millisecond)
		}
		return took
	}
	alone := edits()
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan error, 1)
	go func() { told <- a.do(ctx, h) }()
	beside := edits()
	cancel()
	<-told
	alone = append(alone, edits()...)
	slices.Sort(alone)
	slices.Sort(beside)
	at := func(d []time.Duration, of int) time.Duration { return d[len(d)*of/100].Round(10 * time.Microsecond) }
	t.Logf("%-22s delta=%-5t p50 alone %8s beside %8s   p99 alone %8s beside %8s", a.name, h.delta,
		at(alone, 50), at(beside, 50), at(alone, 99), at(beside, 99))
}
