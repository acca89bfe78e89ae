package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// An Envoy that cannot run Wasm is named as such wherever somebody looks, with what becomes of its requests.
func TestAnEnvoyWithoutWasm(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.startServer()
			s.envoyFlags = []string{"--disable-extensions", "envoy.wasm.runtime/envoy.wasm.runtime.v8"}
			s.startEnvoy(flags...)
			const words = "it was built or started without envoy.wasm.runtime.v8: it refuses every filter"
			s.server.await("envoy cannot run what it is sent.*" + words)
			s.mustRefuse(words)
			if out, _, _ := s.statusCommand(); !strings.Contains(out, words) {
				t.Errorf("status: %s", out)
			}
			if n := s.status().Nodes; len(n) != 1 || !strings.Contains(n[0].Unfit, words) || n[0].Live {
				t.Errorf("status as JSON: %+v", n)
			}
			if page := fetched(t, "http://"+s.admin+"/"); !strings.Contains(page, words) {
				t.Errorf("page: %s", page)
			}
			eventually(t, "its requests are blocked", func() bool {
				a, _ := newClient(t).get(t.Context(), s.cfg.Port)
				return a.status == http.StatusForbidden
			})
		})
	}
}
