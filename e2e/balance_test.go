package e2e

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Each request goes to one of the upstreams, by that one's own name and certificate; which one
// is none of the client's business, nor of the upstream's.
func TestBalance(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, backends := balancedStack(t, "", flags...)
			wishes := func(r *http.Request) { r.Header["X-Livefilter-Upstream"] = []string{"b", "c", "b"} }
			for _, a := range append(s.reached(100, backends), s.reached(100, backends, wishes)...) {
				if a.seen.TLS.SNI != a.header.Get("X-Backend")+".example" || a.seen.Host != "localhost" ||
					a.seen.Headers["X-Livefilter-Upstream"] != nil {
					t.Errorf("%s saw %+v", a.header.Get("X-Backend"), a.seen)
				}
			}
		})
	}
}

// Without the filter, where the config lets such requests pass, no client chooses either.
func TestBalanceWithoutTheFilter(t *testing.T) {
	s := newStack(t)
	backends := s.newBackends("a", "b", "c")
	s.cfg.FilterConfig += ", on_missing: pass"
	s.write(s.balanced("", backends...))
	s.startWire().set(broken)
	s.startEnvoy()
	s.first(http.StatusOK)
	for _, a := range s.reached(50, backends[:1], func(r *http.Request) { r.Header.Set("X-Livefilter-Upstream", "c") }) {
		if a.seen.Headers["X-Livefilter-Upstream"] != nil {
			t.Errorf("the upstream saw %+v", a.seen.Headers)
		}
	}
}

// An upstream that turns bad under load gets the requests that were under way, then one a
// period, whatever number of clients and workers there are. Once it is good again it is back.
func TestBalanceAroundABadUpstream(t *testing.T) {
	const period, clients = 2 * time.Second, 8 // a trial that takes as long would be followed by another
	s, backends := balancedStack(t, ", evict: {on: [5xx], for: 2s}")
	s.reached(100, backends)
	bad := backends[1]

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var load sync.WaitGroup
	var mu sync.Mutex
	failed, sent := 0, 0
	for range clients {
		c := newClient(t)
		load.Go(func() {
			for ctx.Err() == nil {
				a, err := c.get(context.Background(), s.cfg.Port)
				mu.Lock()
				sent++
				if err != nil {
					failed++
				}
				mu.Unlock()
				if err != nil && (a.status != http.StatusServiceUnavailable || a.header.Get("X-Backend") != bad.name) {
					t.Errorf("failed elsewhere: %d from %q, %v", a.status, a.header.Get("X-Backend"), err)
				}
			}
		})
	}
	eventually(t, "there is load", func() bool { mu.Lock(); defer mu.Unlock(); return sent > 200 })
	bad.answers(http.StatusServiceUnavailable)
	eventually(t, "some periods pass", func() bool { return bad.lasted() > 4*period })
	received := bad.answers(0)
	eventually(t, "it is back", func() bool { return bad.count() > 50 })
	cancel()
	load.Wait()

	// Of the first ones, each client can have had one under way.
	first := 0
	for first < len(received) && received[first].Sub(received[0]) < period {
		first++
	}
	for i := first; i+1 < len(received); i++ {
		if gap := received[i+1].Sub(received[i]); gap < period {
			t.Errorf("requests %d and %d came within %s", i, i+1, gap)
		}
	}
	if first > clients || len(received)-first < 2 || failed != len(received) {
		t.Errorf("%d of %d requests failed, %d reached the bad upstream, %d of them at first", failed, sent, len(received), first)
	}
	t.Logf("%d of %d requests failed: %d at first, then one a period for %d periods", failed, sent, first, len(received)-first)
}

// An upstream that is not there at all is left out as well, and a filter with retries in the
// upstream's chain works beside the one that balances.
func TestBalanceBesideRetries(t *testing.T) {
	s := newStack(t)
	backends := s.newBackends("a", "b")
	for _, b := range backends {
		b.refuses = "bad"
	}
	gone := s.newBackends("gone")[0]
	gone.port = freePort(t)
	keys := `
  - name: keys
    headers: [{name: X-Key, values: [bad1, bad2, good], evict: {on: [429], for: 1m}}]
    retry: {on: [429], tries: 3}
`
	text := s.balanced(", evict: {on: [5xx], for: 1m}", append(backends, gone)...)
	s.write(strings.Replace(text, "\nupstreams:", keys+"upstreams:", 1))
	s.startServer()
	s.startEnvoy()
	s.live()
	failed := 0
	for range 60 {
		a, err := newClient(t).get(t.Context(), s.cfg.Port)
		if err != nil {
			failed++
		} else if a.seen.Headers.Get("X-Key") != "good" {
			t.Errorf("key %q", a.seen.Headers["X-Key"])
		}
	}
	if failed != 1 {
		t.Errorf("%d of 60 requests failed: want the one that found out", failed)
	}
}
