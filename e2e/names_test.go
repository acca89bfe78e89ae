package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// chosen has each of the requests choose the upstream, in a config that balances.
func (s *stack) chosen(upstream, text string) string {
	return strings.Replace(text, "\nupstreams:", s.module("choose", upstream, "")+"\nupstreams:", 1)
}

// reaches is a check of traffic: it all goes to the backend.
func reaches(b *backend) func(answer) error {
	return func(a answer) error {
		if got := a.header.Get("X-Backend"); got != b.name {
			return fmt.Errorf("a request that chose %s went to %s", b.name, got)
		}
		return nil
	}
}

// Whatever is removed, added, reordered or called otherwise beside it, an upstream is who it
// was: requests that chose it go there, and its connections stay.
func TestUpstreamsKeepTheirNames(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			all := s.newBackends("eu", "us", "asia", "africa")
			eu, us, asia, africa := all[0], all[1], all[2], all[3]
			for _, b := range all {
				b.host = "slow.example"
			}
			s.useDNS(slowDNS(t, 300*time.Millisecond))
			s.write(s.chosen("us", s.balanced("", eu, us, asia)))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			stop := traffic(t, s.cfg.Port, reaches(us))
			for _, now := range [][]*backend{{us, asia}, {asia, us}, {africa, eu, us}, {us}, {eu, asia, us}} {
				s.write(s.chosen("us", s.balanced("", now...)))
				s.live()
			}
			stop()
			if n := s.counter("cluster.us.upstream_cx_destroy"); n != 0 {
				t.Errorf("%d of its connections are lost", n)
			}
		})
	}
}

// The order of the list of upstreams means nothing.
func TestReorderedUpstreams(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, backends := balancedStack(t, "", flags...)
			taken := func() string { return s.stats(`(lds|cds|rds.*|pick)\.(update_success|update_rejected)$`) }
			before, version := taken(), s.status().Version
			lines := strings.Split(strings.TrimSpace(s.balanced("", backends...)), "\n")
			last := len(lines) - 1
			lines[last], lines[last-2] = lines[last-2], lines[last]
			s.write(strings.Join(lines, "\n"))
			s.server.await("means the same")
			s.live()
			if after := taken(); after != before || s.status().Version != version {
				t.Errorf("Envoy was sent something:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}
