package e2e

import (
	"strings"
	"testing"
)

// A module that fails in one worker's VM only is acknowledged, and Envoy refuses whatever
// comes to that VM then, good as it may be: the next edit runs in another one, in all workers.
func TestPoisonedVM(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		for chain, retry := range map[string]string{
			"listener": "", "cluster": retryOnce, "listener, matched": matchAll, "cluster, matched": matchAll + retryOnce,
		} {
			t.Run(name+", "+chain, func(t *testing.T) {
				t.Parallel()
				s := newStack(t)
				s.cfg.Filters = s.module("moody", "a", retry)
				s.save()
				s.startServer()
				s.startEnvoy(flags...)
				s.live()
				stop := traffic(t, s.cfg.Port)
				for _, edit := range []string{"d3", "e", "f3", "g", "h"} {
					s.cfg.Filters = s.module("moody", edit, retry)
					s.save()
					s.live() // so Envoy says of d3 and f3 as well
					for range 20 {
						a := newClient(t).mustGet(t, s.cfg.Port)
						if l := a.header.Get("X-Moody"); l != edit && len(edit) == 1 {
							t.Errorf("config %q, x-moody %q", edit, l)
						}
					}
				}
				stop()
				if n := strings.Count(s.envoy.out.String(), "Failed to configure thread-local Wasm plugin"); n < 2 {
					t.Errorf("%d workers' VMs failed, want one of d3 and one of f3 at least", n)
				}
			})
		}
	}
}
