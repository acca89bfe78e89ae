package e2e

import (
	"fmt"
	"slices"
	"testing"
)

// A version of a running filter that only Envoy refuses leaves the one before where it is:
// for open connections and new ones, for a listener and an upstream that change meanwhile,
// and for an Envoy that starts.
func TestRefusedUpdate(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		for chain, retry := range map[string]string{"listener": "", "cluster": retryOnce} {
			t.Run(name+", "+chain, func(t *testing.T) {
				t.Parallel()
				s := newStack(t)
				filters := func(agent, letter string) string {
					return fmt.Sprintf(userAgent, agent) + s.module("moody", letter, retry)
				}
				s.cfg.Filters = filters("one", "a")
				s.save()
				s.startServer()
				s.startEnvoy(flags...)
				s.live()
				letters := []string{"a"}
				runs := func(a answer) error {
					if l := a.header.Get("X-Moody"); !slices.Contains(letters, l) {
						return fmt.Errorf("x-moody %q, want one of %q", l, letters)
					}
					return passes(a)
				}
				stop := traffic(t, s.cfg.Port, runs)
				s.cfg.Filters = filters("two", "b")
				s.save()
				s.server.await("envoy sent a NACK.*moody")
				s.shows("what came with it", func(a answer) bool { return a.userAgent() == "two" })
				s.another()
				s.save()
				s.shows("another upstream", func(a answer) bool { return a.header.Get("X-Backend") == "another" })
				stop()

				s.cfg.Port = freePort(t)
				s.save()
				s.shows("another port", func(a answer) bool { return runs(a) == nil })
				stop = traffic(t, s.cfg.Port, runs)
				s.shows("still", func(a answer) bool { return runs(a) == nil && a.userAgent() == "two" })
				stop()
				s.envoy.kill()
				s.startEnvoy(flags...)
				s.shows("an Envoy that starts", func(a answer) bool { return runs(a) == nil })

				letters = []string{"a", "c"}
				stop = traffic(t, s.cfg.Port, runs)
				s.makeLive(filters("two", "c"))
				s.shows("the mended filter", func(a answer) bool { return a.header.Get("X-Moody") == "c" })
				stop()
			})
		}
	}
}
