package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// tried is an upstream that keeps which keys came with each path.
type tried struct {
	mu     sync.Mutex
	keys   map[string][]string
	answer func(w http.ResponseWriter, r *http.Request, key string)
}

func (u *tried) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("X-Key")
	u.mu.Lock()
	u.keys[r.URL.Path] = append(u.keys[r.URL.Path], key)
	u.mu.Unlock()
	u.answer(w, r, key)
}

// refuseBad answers 429 to a key that begins with "bad".
func refuseBad(w http.ResponseWriter, r *http.Request, key string) {
	if !strings.HasPrefix(key, "bad") {
		uaecho.Handler().ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", "20")
	w.Header().Set("X-Envoy-Ratelimited", "true") // as an upstream behind another Envoy
	w.WriteHeader(http.StatusTooManyRequests)
}

// sent returns the keys that came with a path.
func (u *tried) sent(path string) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.keys[path]
}

// triesStack has an upstream that refuses bad keys behind a filter.
func triesStack(t *testing.T, filter string) (*stack, *tried) {
	return triedStack(t, filter, refuseBad)
}

func triedStack(t *testing.T, filter string, answer func(http.ResponseWriter, *http.Request, string)) (*stack, *tried) {
	s, u := newStack(t), &tried{keys: map[string][]string{}, answer: answer}
	s.upstreamIs(u)
	s.cfg.Filters = filter
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	return s, u
}

// Each try of a request takes a value that this request has not tried, evictions or not.
func TestEachTryTakesAnother(t *testing.T) {
	s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [bad1, bad2, {value: bad3, weight: 1000}, good]}]
    retry: {on: [429], tries: 4}`)
	c := newClient(t)
	most := 0
	for i := range 50 {
		path := "/" + strings.Repeat("x", i)
		a := c.mustGet(t, s.cfg.Port, func(r *http.Request) { r.URL.Path = path })
		if a.header["X-Livefilter-Retry"] != nil {
			t.Errorf("the client sees %q", a.header)
		}
		most = max(most, len(u.sent(path)))
	}
	if most < 3 {
		t.Errorf("at most %d tries of 50 requests", most)
	}
	for path, keys := range u.keys {
		seen := map[string]bool{}
		for _, key := range keys {
			if seen[key] {
				t.Errorf("request %d was sent with %q", len(path), keys)
			}
			seen[key] = true
		}
	}
}

// There is no third try when every value is known to be out: the client gets the upstream's
// answer, or with reject, from then on, the filter's, and the upstream is left alone.
func TestNoTryWhenAllAreOut(t *testing.T) {
	for _, all := range []string{"first", "soonest", "reject"} {
		t.Run(all, func(t *testing.T) {
			s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [bad1, bad2], evict: {on: [429], for: 1m, retry_after: true, when_all_out: `+all+`}}]
    retry: {on: [4xx, 5xx], tries: 9}`)
			get := func(path string) answer {
				a, _ := newClient(t).get(t.Context(), s.cfg.Port, func(r *http.Request) { r.URL.Path = path })
				return a
			}
			a := get("/first")
			if keys := u.sent("/first"); a.status != http.StatusTooManyRequests || len(keys) != 2 || keys[0] == keys[1] {
				t.Errorf("status %d after %q", a.status, keys)
			}
			a = get("/second")
			status, tries := http.StatusTooManyRequests, 1
			if all == "reject" {
				status, tries = http.StatusServiceUnavailable, 0
			}
			if keys := u.sent("/second"); a.status != status || len(keys) != tries {
				t.Errorf("then status %d after %q", a.status, keys)
			}
			if after := a.header.Get("Retry-After"); after == "" || a.header["X-Livefilter-Retry"] != nil {
				t.Errorf("the client sees %q", a.header)
			}
		})
	}
}
