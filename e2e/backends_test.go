package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// backend is one of several upstreams: each has a CA, a name in TLS and a port of its own.
type backend struct {
	name    string
	host    string
	port    int
	ca      string // the file; "" for its own
	refuses string // the beginning of keys that get 429

	mu       sync.Mutex
	status   int // of its answers; 0: it echoes
	received []time.Time
}

// newBackends adds upstreams to the stack's folder.
func (s *stack) newBackends(names ...string) []*backend {
	var all []*backend
	for _, name := range names {
		b := &backend{name: name, host: "localhost"}
		ca, port := upstreamWith(s.t, uaecho.Options{Hosts: []string{b.sni()}, Handler: b})
		b.port = port
		must(s.t, os.WriteFile(filepath.Join(s.dir, name+".pem"), ca, 0o600))
		all = append(all, b)
	}
	return all
}

func (b *backend) sni() string { return b.name + ".example" }

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.received = append(b.received, time.Now())
	status := b.status
	b.mu.Unlock()
	w.Header().Set("X-Backend", b.name)
	if b.refuses != "" && strings.HasPrefix(r.Header.Get("X-Key"), b.refuses) {
		status = http.StatusTooManyRequests
	}
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	uaecho.Handler().ServeHTTP(w, r)
}

// answers sets the status of its answers from now on and returns when it had received
// requests since the last time.
func (b *backend) answers(status int) []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	received := b.received
	b.status, b.received = status, nil
	return received
}

// count returns how many requests it received since answers was last called.
func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.received)
}

// lasted returns how long after the first of these requests the latest came.
func (b *backend) lasted() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.received) == 0 {
		return 0
	}
	return b.received[len(b.received)-1].Sub(b.received[0])
}

// balanced is a config that chooses among upstreams.
func (s *stack) balanced(evict string, backends ...*backend) string {
	var names, upstreams []string
	for _, b := range backends {
		names, upstreams = append(names, b.name), append(upstreams, b.yaml(""))
	}
	return s.balancing(evict+"}", names, upstreams)
}

// yaml is the backend as an upstream of the config, with more fields.
func (b *backend) yaml(more string) string {
	return fmt.Sprintf("{name: %s, host: %s, port: %d, tls: {ca: %s, sni: %s}%s}", b.name, b.host, b.port, cmp.Or(b.ca, b.name+".pem"), b.sni(), more)
}

// balancing is a config that chooses among upstreams; rest is what the filter has behind their names.
func (s *stack) balancing(rest string, names, upstreams []string) string {
	return s.withUpstreams("\n  - name: pick\n    balance: {upstreams: ["+strings.Join(names, ", ")+"]"+rest, upstreams)
}

func (s *stack) withUpstreams(filters string, upstreams []string) string {
	return fmt.Sprintf("listener: {address: 127.0.0.1, port: %d, filter_config: %s}\nfilters:%s\nupstreams:\n  - %s\n",
		s.cfg.Port, s.cfg.FilterConfig, filters, strings.Join(upstreams, "\n  - "))
}

// reached sends requests until each of the backends has had one, and no other, in a row of
// n, and returns the answers.
func (s *stack) reached(n int, backends []*backend, edit ...func(*http.Request)) []answer {
	s.t.Helper()
	var want []string
	for _, b := range backends {
		want = append(want, b.name)
	}
	slices.Sort(want)
	var all []answer
	var got []string
	for range n {
		a := newClient(s.t).mustGet(s.t, s.cfg.Port, edit...)
		all = append(all, a)
		got = append(got, a.header.Get("X-Backend"))
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		s.t.Errorf("%d requests reached %q, want %q", n, got, want)
	}
	return all
}

func balancedStack(t *testing.T, evict string, flags ...string) (*stack, []*backend) {
	s := newStack(t)
	backends := s.newBackends("a", "b", "c")
	s.write(s.balanced(evict, backends...))
	s.startServer()
	s.startEnvoy(flags...)
	s.live()
	return s, backends
}
