package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Connections that drain keep what they have, and their requests are served.
func TestPlanDraining(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		c, port := newClient(t), s.cfg.Port
		before := c.mustGet(t, port)
		s.makeLive("  - {name: other, headers: [{name: X-Other, values: [x]}]}")
		s.cfg.Port = freePort(t)
		s.save()
		s.live()
		if got := c.mustGet(t, port); got.conn != before.conn || got.userAgent() != "one" {
			t.Errorf("the open connection: %q on %s, want the old filter on %s", got.userAgent(), got.conn, before.conn)
		}
		if _, err := newClient(t).get(t.Context(), port); err == nil {
			t.Error("the old socket still takes connections")
		}
		if got := newClient(t).mustGet(t, s.cfg.Port); got.seen.Headers.Get("X-Other") != "x" {
			t.Errorf("a new connection: %v", got.seen.Headers)
		}
	})
}

// A request that is under way ends on the cluster, and with the filter, that it began with.
func TestPlanRequestsUnderWay(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	slow := make(chan answer, 1)
	go func() {
		a, err := newClient(t).get(t.Context(), s.cfg.Port, func(r *http.Request) { r.URL.RawQuery = "delay=5s" })
		if err != nil {
			t.Error(err)
		}
		slow <- a
	}()
	eventually(t, "the request is at the upstream", func() bool { return s.counter("cluster.echo.upstream_rq_active") == 1 })
	ca, port := upstream(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "ca2.pem"), ca, 0o600))
	s.cfg.CA, s.cfg.UpstreamPort, s.cfg.Name = "ca2.pem", port, "second"
	s.makeLive(fmt.Sprintf(userAgent, "two"))
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "two" || s.counter("cluster.second.upstream_rq_completed") != 1 {
		t.Errorf("the next request: %+v", got)
	}
	if len(slow) > 0 {
		t.Skip("the slow request was over before the edit was live")
	}
	if a := <-slow; a.userAgent() != "one" || a.status != http.StatusOK {
		t.Errorf("the request that was under way: %+v", a)
	}
}

// What the filter remembers outlives every change that plan calls one of the same VM or of
// its code, and no other.
func TestPlanWhatIsRemembered(t *testing.T) {
	module, err := os.ReadFile("../internal/builtin/filter.wasm")
	must(t, err)
	s := newStack(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "a.wasm"), module, 0o600))
	must(t, os.WriteFile(filepath.Join(s.dir, "b.wasm"), append(module, 0, 2, 1, 'x'), 0o600)) // with a custom section
	const headers = "headers: [{name: user-agent, values: [%s], evict: {on: [4xx], for: 1h}}]"
	rules := fmt.Sprintf(headers, "one, two")
	s.cfg.Filters = "  - {name: my-wasm-filter, module: a.wasm, config: {" + rules + "}}"
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	c := newClient(t)
	seen := func() map[string]int {
		m := map[string]int{}
		for range 30 {
			m[c.mustGet(t, s.cfg.Port).userAgent()]++
		}
		return m
	}
	_, _ = c.get(t.Context(), s.cfg.Port, func(r *http.Request) { r.URL.RawQuery = "status=429" })
	for _, tt := range []struct {
		filters, plan string
		values        int
	}{
		{s.cfg.Filters, "nothing: ", 1},
		{strings.Replace(s.cfg.Filters, "1h", "2h", 1), "filter my-wasm-filter: reconfigured in place, no drain", 1},
		{strings.Replace(s.cfg.Filters, "a.wasm", "b.wasm", 1), "filter my-wasm-filter: code swapped in a new VM, no drain", 1},
		{"  - {name: my-wasm-filter, " + rules + "}", "filter my-wasm-filter: code swapped in a new VM that knows nothing of what the old one remembered", 2},
	} {
		s.cfg.Filters = tt.filters
		if plan := s.plan(s.text()); !strings.Contains(plan, tt.plan) {
			t.Errorf("no %q in\n%s", tt.plan, plan)
		}
		s.save()
		s.live()
		if got := seen(); len(got) != tt.values {
			t.Errorf("%s: values seen: %v, want %d", tt.plan, got, tt.values)
		}
	}
}

// A filter that moves to the upstream and back: connections that were open before keep the
// listener's chain, and have the upstream's new one.
func TestPlanMoves(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	protocols(t, func(t *testing.T, s *stack) {
		must(t, os.WriteFile(filepath.Join(s.dir, "mark.wasm"), mark, 0o600))
		for _, tt := range []struct{ filters, plan, open, fresh string }{
			{"{name: mark, module: mark.wasm}", "", "[]", "[a]"},
			{"{name: mark, module: mark.wasm, retry: {on: [503], tries: 2}}", "requests on connections open now pass it twice", "[a a]", "[a]"},
			{"{name: mark, module: mark.wasm}", "requests on connections open now go past it", "[]", "[a]"},
		} {
			c := newClient(t)
			c.mustGet(t, s.cfg.Port)
			s.cfg.Filters = "  - " + tt.filters
			if plan := s.plan(s.text()); !strings.Contains(plan, tt.plan) {
				t.Errorf("no %q in\n%s", tt.plan, plan)
			}
			s.save()
			s.live()
			for want, c := range map[string]*client{"open " + tt.open: c, "new " + tt.fresh: newClient(t)} {
				kind, marks, _ := strings.Cut(want, " ")
				if got := fmt.Sprint(c.mustGet(t, s.cfg.Port).header["X-Module"]); got != marks {
					t.Errorf("%s: a connection that is %s: marks %s, want %s", tt.filters, kind, got, marks)
				}
			}
		}
	})
}
