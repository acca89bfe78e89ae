package e2e

import (
	"net/http"
	"testing"
)

// A filter for some requests answers these by itself, and the others pass:
// through it, and through those behind it.
func TestMatchedFilterAnswers(t *testing.T) {
	s := newStack(t)
	s.cfg.Filters = s.module("deny", "a", "\n    match: {path: /deny/*}") +
		"\n  - name: keys\n    match: {path: [/deny/*, /keys]}\n    headers: [{name: X-Key, values: [k]}]" +
		"\n  - name: last\n    headers: [{name: X-Last, values: [k]}]"
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	c := newClient(t)
	for range 20 {
		a, _ := c.get(t.Context(), s.cfg.Port, asks{path: "/deny/x"}.edit)
		if a.status != http.StatusForbidden || a.header.Get("X-Proxy-Wasm") != "" {
			t.Errorf("/deny/x: %d, marks %q", a.status, a.header.Values("X-Proxy-Wasm"))
		}
		a = c.mustGet(t, s.cfg.Port, asks{path: "/keys"}.edit)
		if a.seen.Headers.Get("X-Key") != "k" || a.seen.Headers.Get("X-Last") != "k" {
			t.Errorf("/keys: %v", a.seen.Headers)
		}
		if a = c.mustGet(t, s.cfg.Port); a.seen.Headers.Get("X-Key") != "" || a.seen.Headers.Get("X-Last") != "k" {
			t.Errorf("/: %v", a.seen.Headers)
		}
	}
}
