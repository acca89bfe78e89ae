package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// An upstream that turns bad under load costs no request: those that come to it go on to another,
// at first, and then one a period.
func TestAcrossAroundABadUpstream(t *testing.T) {
	for name, how := range map[string]int32{"answers": http.StatusServiceUnavailable, "hangs up": hangUps} {
		t.Run(name, func(t *testing.T) {
			const clients = 8
			s := newStack(t)
			members := s.newMembers()
			s.write(s.across(", evict: {on: [5xx], for: 1s}}\n    retry: {on: [5xx], tries: 3}", members...))
			s.startServer()
			s.startEnvoy()
			s.live()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var load sync.WaitGroup
			for range clients {
				c := newClient(t)
				load.Go(func() {
					for ctx.Err() == nil {
						if _, err := c.get(context.Background(), s.cfg.Port); err != nil {
							t.Error(err)
						}
					}
				})
			}
			for _, bad := range members[:2] {
				received := func() int32 { return bad.had.Load() }
				eventually(t, "it is in use", func() bool { return received() > 20 })
				bad.fails.Store(how)
				bad.had.Store(0)
				began := time.Now()
				eventually(t, "some periods pass", func() bool { return time.Since(began) > 3*time.Second && received() > 0 })
				if n, most := received(), clients+int32(time.Since(began)/time.Second)+1; n > most {
					t.Errorf("%s, bad, had %d requests, at most %d are its share", bad.name, n, most)
				}
				bad.fails.Store(0)
				bad.had.Store(0)
				eventually(t, "it is back", func() bool { return received() > 20 })
			}
			cancel()
			load.Wait()
			s.sums(members)
		})
	}
}

// sums compares what the filter counts with what Envoy does: each try is of an upstream that was chosen, or next.
func (s *stack) sums(members []*member) {
	s.t.Helper()
	for i, m := range members {
		count := func(name string) (n int) {
			found := regexp.MustCompile(`(?m)` + name + `: (\d+)$`).FindStringSubmatch(s.stats(name + "$"))
			if found != nil {
				_, err := fmt.Sscan(found[1], &n)
				must(s.t, err)
			}
			return n
		}
		chosen := count(fmt.Sprintf(`x-livefilter-upstream.value.%d.chosen`, i))
		if sent := count(`cluster.` + m.name + `.upstream_rq_total`); sent != chosen || sent == 0 {
			s.t.Errorf("%s: chosen %d times, sent %d requests", m.name, chosen, sent)
		}
	}
}

// An upstream that cannot be reached at all is passed over: one without an address, one that takes
// connections and says nothing, one with a certificate that is not its own. Each is left out once known.
func TestAcrossUnreachable(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	for name, breaks := range map[string]func(*stack, *member){
		"no address": func(s *stack, _ *member) {
			s.useDNS(dnsServer(t, 0, func(name string) bool { return !strings.HasPrefix(name, "a.") }))
		},
		"silent": func(_ *stack, m *member) {
			m.port, m.fields = silent.Addr().(*net.TCPAddr).Port, m.fields+", connect_timeout: 100ms"
		},
		"another's certificate": func(_ *stack, m *member) { m.fields = "tls: {ca: d.pem}" },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			members := s.newMembers()
			breaks(s, members[0])
			s.write(s.across(", evict: {on: [5xx], for: 1h}}\n    retry: {on: [5xx], tries: 2}", members...))
			s.startServer()
			s.startEnvoy()
			s.first(http.StatusOK)
			c := newClient(t)
			for range 100 {
				c.mustGet(t, s.cfg.Port)
				c.mustGet(t, s.cfg.Port, post("body"))
			}
			if n := members[0].had.Load(); n != 0 {
				t.Errorf("it had %d requests", n)
			}
		})
	}
}

// No edit costs a request: retry that comes and goes, upstreams that do, while one of them is bad,
// however long DNS takes for the new ones.
func TestAcrossComesAndGoes(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			m := s.newMembers()
			for _, x := range m { // the server, too, knows one from another by its port alone
				x.at = "slow.example"
			}
			s.useDNS(slowDNS(t, time.Second))
			const evict = ", evict: {on: [5xx], for: 1s}}"
			const retry = evict + "\n    retry: {on: [5xx], tries: 3}"
			s.write(s.across(evict, m[0]))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			for i, edit := range []struct {
				rest string
				of   []*member
				bad  *member
			}{
				{retry, m[:1], nil},
				{retry, m, nil},
				{retry, m, m[1]},
				{retry, m[1:], m[1]},
				{retry, []*member{m[3], m[1], m[0]}, m[1]},
				{retry, []*member{m[3], m[0]}, nil},
				{evict, []*member{m[3], m[0]}, nil},
				{retry, m, nil},
				{evict, m[2:3], nil},
			} {
				if edit.bad != nil {
					edit.bad.fails.Store(http.StatusServiceUnavailable)
				}
				stop := traffic(t, s.cfg.Port)
				s.write(s.across(edit.rest, edit.of...))
				s.live()
				for _, x := range edit.of {
					x.had.Store(0)
				}
				eventually(t, fmt.Sprint("all are in use after edit ", i), func() bool {
					for _, x := range edit.of {
						if x.had.Load() == 0 {
							return false
						}
					}
					return true
				})
				stop()
				if edit.bad != nil {
					edit.bad.fails.Store(0)
				}
			}
		})
	}
}
