package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// first waits until the port answers with status, and returns a client whose connection did.
func (s *stack) first(status int) (c *client, conn string) {
	s.t.Helper()
	c = newClient(s.t)
	eventually(s.t, fmt.Sprintf("the port answers with %d", status), func() bool {
		a, _ := c.get(s.t.Context(), s.cfg.Port)
		conn = a.conn
		return a.status == status
	})
	return c, conn
}

// A sidecar takes the filter and nothing else: it starts without the server, has the filter
// once the server is there, follows edits on open connections, and keeps it when the server
// goes.
func TestSidecar(t *testing.T) {
	for name, tt := range map[string]struct {
		flags  []string
		status int // without the filter
	}{
		"delta, block": {nil, http.StatusForbidden},
		"delta, pass":  {[]string{"--on-missing", "pass"}, http.StatusOK},
		"sotw, block":  {[]string{"--sotw"}, http.StatusForbidden},
		"sotw, pass":   {[]string{"--sotw", "--on-missing", "pass"}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.xds, s.admin = fmt.Sprintf("127.0.0.1:%d", freePort(t)), "127.0.0.1:0"
			s.foreign(patched(t, s.render(append([]string{"--format", "istio-live", "--server", s.xds}, tt.flags...)...)))
			c, conn := s.first(tt.status)

			s.startServer()
			s.live()
			if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "one" || got.conn != conn {
				t.Errorf("with the server there: %q on %s, want one on %s", got.userAgent(), got.conn, conn)
			}
			nodes := s.status().Nodes
			if len(nodes) != 1 || nodes[0].ID != "sidecar~10.0.0.1~my-client.default~default.svc.cluster.local" ||
				len(nodes[0].Resources) != 1 {
				t.Errorf("status: %+v", nodes)
			}
			stop := traffic(t, s.cfg.Port)
			edit := func(value string) {
				t.Helper()
				s.makeLive(fmt.Sprintf(userAgent, value))
				if got := c.mustGet(t, s.cfg.Port); got.userAgent() != value || got.conn != conn {
					t.Errorf("edited: %q on %s, want %s on %s", got.userAgent(), got.conn, value, conn)
				}
			}
			edit("two")
			edit("three")
			s.server.kill()
			if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "three" {
				t.Errorf("without the server: %q", got.userAgent())
			}
			s.startServer()
			edit("four")
			stop()
			if n := s.counter("listener_manager.total_filter_chains_draining"); n != 0 {
				t.Errorf("%d filter chains drain", n)
			}
		})
	}
}

// The snippet, pasted into the config of a plain Envoy, several filters at once.
func TestSnippet(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	s := newStack(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "mark.wasm"), mark, 0o600))
	s.cfg.Filters = fmt.Sprintf(userAgent, "one") + "\n  - {name: mark, module: mark.wasm}"
	s.save()
	s.startServer()
	snippet := parse(t, s.render("--format", "snippet", "--server", s.xds))
	if len(snippet) != 2 {
		t.Fatalf("the snippet has more than filters and clusters: %v", snippet)
	}
	s.foreign(snippet["http_filters"].([]any), snippet["clusters"].([]any))
	c, conn := s.first(http.StatusOK)
	got := c.mustGet(t, s.cfg.Port)
	if got.userAgent() != "one" || got.header.Get("X-Module") != "a" {
		t.Errorf("got %+v", got)
	}
	s.makeLive(fmt.Sprintf(userAgent, "two") + "\n  - {name: mark, module: mark.wasm}")
	if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "two" || got.header.Get("X-Module") != "a" || got.conn != conn {
		t.Errorf("edited: %+v on %s", got, conn)
	}
}
