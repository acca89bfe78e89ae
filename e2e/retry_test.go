package e2e

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

const pool = `  - name: pool
    headers: [{name: X-Key, values_from: keys.txt, evict: {on: [429], for: 1m}}]`

// fussy is an upstream that answers 429 to every key that begins with "bad".
func fussy(s *stack) {
	echo := uaecho.Handler()
	s.upstreamIs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Key"), "bad") {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		echo.ServeHTTP(w, r)
	}))
}

func (s *stack) keys(keys ...string) {
	next := filepath.Join(s.dir, "keys.next")
	must(s.t, os.WriteFile(next, []byte(strings.Join(keys, "\n")+"\n"), 0o600))
	must(s.t, os.Rename(next, filepath.Join(s.dir, "keys.txt")))
}

// poolStack has a pool of two bad keys and a good one, and retries.
func poolStack(t *testing.T, bootstrapFlags ...string) *stack {
	s := newStack(t)
	fussy(s)
	s.keys("bad1", "bad2", "good")
	s.cfg.Filters = pool + "\n    retry: {on: [429], tries: 3}"
	s.save()
	s.startServer()
	s.startEnvoy(bootstrapFlags...)
	s.live()
	return s
}

// A value that fails is replaced before the client sees anything.
func TestRetryWithAnotherValue(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := poolStack(t, flags...)
			for range 20 {
				c := newClient(t)
				got := c.mustGet(t, s.cfg.Port, func(r *http.Request) { r.Header.Set("X-Key", "the client's") })
				if marks := got.header.Values("X-Proxy-Wasm"); got.seen.Headers.Get("X-Key") != "good" || len(marks) != 1 {
					t.Errorf("key %q, x-proxy-wasm %q", got.seen.Headers["X-Key"], marks)
				}
			}
			if n := s.counter("cluster.echo.upstream_rq_retry"); n < 1 || n > 4 {
				t.Errorf("%d retries: want one for each bad key, or two where two workers meet it", n)
			}
		})
	}
}

// An upstream behind an Envoy with a rate limit marks its 429, which Envoy does not retry unasked.
func TestRetryWhatAnEnvoyLimited(t *testing.T) {
	s := poolStack(t)
	echo := uaecho.Handler()
	s.upstreamIs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Key"), "bad") {
			w.Header().Set("X-Envoy-Ratelimited", "true")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		echo.ServeHTTP(w, r)
	}))
	for _, on := range []string{"429", "4xx"} {
		s.cfg.Filters = strings.Replace(pool, "on: [429]", "on: ["+on+"]", 1) + "\n    retry: {on: [" + on + "], tries: 3}"
		s.save()
		s.keys("bad1-"+on, "bad2-"+on, "good")
		s.live()
		for range 20 {
			newClient(t).mustGet(t, s.cfg.Port)
		}
	}
}

// A body goes with each try, up to 1 MiB; a larger one is sent once, and whole.
func TestRetryKeepsBodies(t *testing.T) {
	s := poolStack(t)
	s.upstreamIs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Read", strconv.FormatInt(n, 10))
		if strings.HasPrefix(r.Header.Get("X-Key"), "bad") {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	s.cfg.Filters = strings.Replace(pool, ", evict: {on: [429], for: 1m}", "", 1) + "\n    retry: {on: [429], tries: 2}"
	s.keys("bad")
	s.save()
	s.live()
	for size, tries := range map[int]int{1_000_000: 2, 3_000_000: 1} {
		before := s.counter("cluster.echo.upstream_rq_total")
		a, err := newClient(t).get(t.Context(), s.cfg.Port, func(r *http.Request) {
			r.Method, r.Body, r.ContentLength = http.MethodPut, io.NopCloser(strings.NewReader(strings.Repeat("x", size))), int64(size)
		})
		if a.status != http.StatusTooManyRequests || a.header.Get("X-Read") != strconv.Itoa(size) {
			t.Errorf("%d bytes: %v, the upstream read %s", size, err, a.header.Get("X-Read"))
		}
		if n := s.counter("cluster.echo.upstream_rq_total") - before; n != tries {
			t.Errorf("%d bytes: %d tries, want %d", size, n, tries)
		}
	}
}

// A POST may do something twice: it is sent again only where the config says so.
func TestRetryOfWhatIsNotIdempotent(t *testing.T) {
	s := poolStack(t)
	post := func(r *http.Request) { r.Method = http.MethodPost }
	for _, tt := range []struct {
		config string
		tries  int
	}{
		{"", 1}, {", non_idempotent: true", 3},
	} {
		n := strconv.Itoa(tt.tries)
		s.keys("bad"+n+"a", "bad"+n+"b", "bad"+n+"c", "bad"+n+"d")
		s.makeLive(pool + "\n    retry: {on: [429], tries: 3" + tt.config + "}")
		before := s.counter("cluster.echo.upstream_rq_total")
		if a, _ := newClient(t).get(t.Context(), s.cfg.Port, post); a.status != http.StatusTooManyRequests {
			t.Errorf("status %d", a.status)
		}
		if tries := s.counter("cluster.echo.upstream_rq_total") - before; tries != tt.tries {
			t.Errorf("non_idempotent %q: %d tries, want %d", tt.config, tries, tt.tries)
		}
	}
}

// Editing the pool under load, with retries on, loses no request.
func TestEditThePool(t *testing.T) {
	s := poolStack(t)
	stop := traffic(t, s.cfg.Port)
	for i := range 20 {
		n := strconv.Itoa(i)
		s.keys("bad"+n, "good"+n)
		s.live()
		if got := newClient(t).mustGet(t, s.cfg.Port); got.seen.Headers.Get("X-Key") != "good"+n {
			t.Errorf("edit %d: key %q", i, got.seen.Headers.Get("X-Key"))
		}
	}
	stop()
}

// Retries are switched off and on by their number, and no request goes past the filter.
func TestSwitchingRetryOffAndOn(t *testing.T) {
	s := poolStack(t)
	s.keys("good")
	s.live()
	stop := traffic(t, s.cfg.Port, func(a answer) error {
		if a.seen.Headers.Get("X-Key") != "good" {
			return errors.New("a request went past the filter")
		}
		return nil
	})
	for _, tries := range []string{"1", "3", "1"} {
		s.makeLive(pool + "\n    retry: {on: [429], tries: " + tries + "}")
	}
	stop()
}

// Without retry the filter runs in the listener, with it in the cluster: it moves, no request
// fails meanwhile, and new connections have it wherever it is.
func TestTheFilterMoves(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := poolStack(t, flags...)
			s.keys("good")
			s.live()
			stop := traffic(t, s.cfg.Port)
			for _, retry := range []string{"", "\n    retry: {on: [429], tries: 3}", "", "\n    retry: {on: [429, 5xx], tries: 2}"} {
				s.makeLive(pool + retry)
				eventually(t, "the filter runs, retry: "+retry, func() bool {
					got := newClient(t).mustGet(t, s.cfg.Port)
					return got.seen.Headers.Get("X-Key") == "good" && len(got.header.Values("X-Proxy-Wasm")) == 1
				})
			}
			s.server.await("moves")
			stop()
		})
	}
}
