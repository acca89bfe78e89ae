package e2e

import (
	"testing"
	"time"
)

// An Envoy that comes back from an old config keeps its old upstreams until it has the new
// routes, though a new one takes its time to resolve: after a cut, and after a restart of the
// server. Of a state-of-the-world Envoy a new server knows what it has by its state folder only.
func TestOldUpstreamsStayForOldRoutes(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		for how, away := range map[string]func(s *stack, path *relay, edit func()){
			"cut": func(s *stack, path *relay, edit func()) {
				path.cut()
				eventually(t, "the Envoy is cut off", func() bool { return s.connected() == 0 })
				version := s.status().Version
				edit()
				eventually(t, "the edit is served", func() bool { return s.status().Version != version })
				path.turn(s.xds)
			},
			"restart": func(s *stack, _ *relay, edit func()) {
				s.server.kill()
				edit()
				s.startServer()
			},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				s := newStack(t)
				backends := s.newBackends("eu", "us", "asia", "africa")
				for _, b := range backends {
					b.host = "slow.example"
				}
				s.useDNS(slowDNS(t, time.Second))
				s.flags = []string{"--state-dir", "state"}
				s.write(s.balanced("", backends[:3]...))
				s.startServer()
				path := newRelay(t, s.xds)
				s.startEnvoy(append(flags, "--server", path.address)...)
				s.live()
				stop := traffic(t, s.cfg.Port)
				for _, now := range [][]*backend{backends[1:], {backends[0], backends[3]}} {
					s.server.await(`kept for a restart" version=` + s.status().Version)
					away(s, path, func() { s.write(s.balanced("", now...)) })
					eventually(t, "the Envoy is back", func() bool { return s.connected() == 1 })
					s.live()
					s.reached(100, now)
				}
				stop()
			})
		}
	}
}
