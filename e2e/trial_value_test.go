package e2e

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// holding is an upstream that answers 429 to a key once, and from then on nothing until the
// client goes away.
type holding struct {
	mu        sync.Mutex
	refused   bool
	came, now int // requests with the key that were not answered: all, and those under way
}

func (u *holding) add(came, now int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.came, u.now = u.came+came, u.now+now
}

func (u *holding) trials() (came, now int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.came, u.now
}

func (u *holding) first() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	first := !u.refused
	u.refused = true
	return first
}

func (u *holding) wasRefused() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.refused
}

func (u *holding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("X-Key") != "silent":
		uaecho.Handler().ServeHTTP(w, r)
	case u.first():
		w.WriteHeader(http.StatusTooManyRequests)
	default:
		u.add(1, 1)
		<-r.Context().Done()
		u.add(0, -1)
	}
}

// A trial lasts until it is answered or its client goes away, however long that takes; then
// the next request tries.
func TestATrialLasts(t *testing.T) {
	for name, retry := range map[string]string{"in the listener": "", "in the cluster": "\n    retry: {on: [500], tries: 2}"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, u := newStack(t), &holding{}
			s.upstreamIs(u)
			s.cfg.Filters = "  - name: keys\n    headers: [{name: X-Key, values: [silent, good], evict: {on: [429], for: 500ms}}]" + retry
			s.save()
			s.startServer()
			s.startEnvoy()
			s.live()
			// One client first: no other request has the key under way when it is taken out.
			for c := newClient(t); !u.wasRefused(); {
				_, _ = c.get(t.Context(), s.cfg.Port)
			}
			// Clients, one of which comes to wait for its answer until it is stopped.
			clients := func() (stop func()) {
				ctx, cancel := context.WithCancel(t.Context())
				var load sync.WaitGroup
				for range 3 {
					load.Go(func() {
						for c := newClient(t); ctx.Err() == nil; {
							_, _ = c.get(ctx, s.cfg.Port)
						}
					})
				}
				return func() { cancel(); load.Wait() }
			}
			stop := clients()
			eventually(t, "a trial is under way", func() bool { _, now := u.trials(); return now == 1 })
			time.Sleep(2500 * time.Millisecond) // slow machines see fewer trials, never more
			if came, _ := u.trials(); came != 1 {
				t.Errorf("%d trials", came)
			}
			stop() // its client goes away
			eventually(t, "the trial is over", func() bool { _, now := u.trials(); return now == 0 })
			stop = clients()
			eventually(t, "the next request tries", func() bool { _, now := u.trials(); return now == 1 })
			stop()
		})
	}
}
