package e2e

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// member is one of upstreams of different kinds, that requests go on to when another fails.
type member struct {
	name     string
	at       string // its host, unless that has its name
	fields   string // of the upstream, without its name, host and port
	protocol string // that it is to be spoken to in
	port     int
	fails    atomic.Int32 // 0: not at all; or a status; or hangUps
	had      atomic.Int32 // requests
}

const hangUps = -1

func (m *member) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.had.Add(1)
	w.Header().Set("X-Backend", m.name)
	switch status := m.fails.Load(); {
	case status == hangUps:
		panic(http.ErrAbortHandler)
	case status != 0:
		w.WriteHeader(int(status))
	case r.Header.Get("Upgrade") != "":
		socket(w, r)
	default:
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Body", fmt.Sprint(len(body)))
		uaecho.Handler().ServeHTTP(w, r)
	}
}

// newMembers are one of each kind.
func (s *stack) newMembers() []*member {
	all := []*member{
		{name: "a", fields: "tls: {ca: a.pem}", protocol: "HTTP/2.0"},
		{name: "b", protocol: "HTTP/1.1"},
		{name: "c", fields: "http: 2", protocol: "HTTP/2.0"},
		{name: "d", fields: "tls: {ca: d.pem, sni: other.example}, http: 1", protocol: "HTTP/1.1"},
	}
	for _, m := range all {
		var ca []byte
		ca, m.port = upstreamWith(s.t, uaecho.Options{
			Hosts: []string{m.host(), "other.example", "slow.example"}, Plaintext: !strings.HasPrefix(m.fields, "tls"), Handler: m,
		})
		must(s.t, os.WriteFile(filepath.Join(s.dir, m.name+".pem"), ca, 0o600))
	}
	s.useDNS(slowDNS(s.t, 0))
	return all
}

func (m *member) host() string { return cmp.Or(m.at, m.name+".example") }

// across is a config that chooses among members, of which rest is what balance has beside them, and then the filter.
func (s *stack) across(rest string, members ...*member) string {
	var names, upstreams []string
	for _, m := range members {
		names = append(names, m.name)
		upstreams = append(upstreams, strings.TrimSuffix(
			fmt.Sprintf("{name: %s, host: %s, port: %d, %s", m.name, m.host(), m.port, m.fields), ", ")+"}")
	}
	return s.balancing(rest, names, upstreams)
}

// acrossStack is a stack, live, with members of which no one is left out when it fails.
func acrossStack(t *testing.T, retry string, edit func(*stack, []*member)) (*stack, []*member) {
	s := newStack(t)
	members := s.newMembers()
	if edit != nil {
		edit(s, members)
	}
	s.write(s.across("}\n    retry: "+retry, members...))
	s.startServer()
	s.startEnvoy()
	s.live()
	return s, members
}

func post(body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Method, r.Body, r.ContentLength = http.MethodPost, io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
}

// A request that an upstream fails, by its answer or without one, goes to the next upstream, with
// its body, and as that one is to be spoken to.
func TestAcrossKinds(t *testing.T) {
	s, members := acrossStack(t, "{on: [5xx], tries: 2, non_idempotent: true}", nil)
	body := strings.Repeat("x", 1_000_000)
	for _, bad := range members {
		for _, how := range []int32{http.StatusBadGateway, hangUps} {
			bad.fails.Store(how)
			bad.had.Store(0)
			c, next := newClient(t), map[string]bool{}
			for n := 0; n < 300 && (bad.had.Load() < 4 || n < 20); n++ {
				a := c.mustGet(t, s.cfg.Port)
				if n%4 == 0 {
					if a = c.mustGet(t, s.cfg.Port, post(body)); a.header.Get("X-Body") != fmt.Sprint(len(body)) {
						t.Errorf("%s got %s bytes", a.header.Get("X-Backend"), a.header.Get("X-Body"))
					}
				}
				next[a.header.Get("X-Backend")] = true
				for _, m := range members {
					if m.name == a.header.Get("X-Backend") && (a.seen.Host != m.host() || a.seen.Protocol != m.protocol) {
						t.Errorf("%s saw %+v", m.name, a.seen)
					}
				}
			}
			if bad.had.Load() < 4 || next[bad.name] {
				t.Errorf("%s had %d requests, answers came from %v", bad.name, bad.had.Load(), next)
			}
			bad.fails.Store(0)
		}
	}
}

// What no upstream has worked on goes on to another whatever the method; a POST that one has
// answered does not, nor one that may have been read.
func TestAcrossOnlyWhatMayBeSentTwice(t *testing.T) {
	s, members := acrossStack(t, "{on: [5xx], tries: 4}", func(s *stack, members []*member) {
		members[0].port, members[2].port = freePort(t), freePort(t)
	})
	c := newClient(t)
	for range 40 {
		c.mustGet(t, s.cfg.Port, post("body"))
		c.mustGet(t, s.cfg.Port)
	}
	for range 20 {
		webSocketOf(t, s.cfg.Port, "Go-http-client/1.1")
	}
	for _, how := range []int32{http.StatusBadGateway, hangUps} {
		members[1].fails.Store(how)
		failed := 0
		for range 100 {
			a, err := c.get(t.Context(), s.cfg.Port, post("body"))
			if err != nil {
				failed++
			}
			if err != nil && how == http.StatusBadGateway && a.header.Get("X-Backend") != members[1].name {
				t.Errorf("failed elsewhere: %v", err)
			}
			c.mustGet(t, s.cfg.Port)
		}
		if failed == 0 || failed == 100 {
			t.Errorf("%d of 100 POSTs failed", failed)
		}
		members[1].fails.Store(0)
	}
}
