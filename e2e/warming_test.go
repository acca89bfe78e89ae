package e2e

import (
	"testing"
	"time"
)

// An upstream that is new takes requests once Envoy has its address, and not before; one
// that goes takes none any more before it is gone. No request fails, however long DNS takes.
func TestUpstreamsComeAndGo(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			backends := s.newBackends("a", "b", "c")
			for _, b := range backends {
				b.host = "slow.example"
			}
			s.useDNS(slowDNS(t, time.Second))
			s.write(s.balanced("", backends[0]))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			stop := traffic(t, s.cfg.Port)
			s.write(s.balanced("", backends...))
			s.live()
			s.reached(100, backends)
			stop()
			// What has another number now is resolved anew; it is not the first one that goes.
			for _, next := range [][]*backend{backends[1:], {backends[2], backends[1]}, backends[1:2]} {
				stop = traffic(t, s.cfg.Port)
				s.write(s.balanced("", next...))
				s.live()
				s.reached(100, next)
				stop()
			}
		})
	}
}
