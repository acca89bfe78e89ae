package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A broken file changes nothing in Envoy, is named with line and field in log and status,
// and the next good save works.
func TestBrokenFile(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, want string }{
		"yaml":          {"filters:", "filters: [", "livefilter.yaml:"},
		"unknown field": {"port: ", "prot: 1, port: ", "livefilter.yaml:1:"},
		"empty list":    {"[one]", "[]", "livefilter.yaml:5:36: filters[0].headers[0].values: "},
		"port":          {"port: ", "port: 99999 #", "livefilter.yaml:1:"},
		"no module":     {"headers:\n      - {name: User-Agent, values: [one]}", "module: no.wasm", "livefilter.yaml:4:13: filters[0].module: "},
		"not wasm":      {"headers:\n      - {name: User-Agent, values: [one]}", "module: ca.pem", "livefilter.yaml:4:13: filters[0].module: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.startServer()
			s.startEnvoy()
			s.live()
			version := s.status().Version
			stop := traffic(t, s.cfg.Port)
			broken := strings.Replace(s.text(), tt.old, tt.new, 1)
			if tt.old == "port: " && tt.new != "prot: 1, port: " {
				broken = strings.Replace(s.text(), fmt.Sprintf("port: %d", s.cfg.Port), "port: 99999", 1)
			}
			s.write(broken)
			_, stderr, code := s.statusCommand("--wait", "--timeout", patience.String())
			if code != 1 || !strings.Contains(stderr, tt.want) {
				t.Errorf("status --wait: exit %d, %q; want 1 and %q", code, stderr, tt.want)
			}
			st := s.status()
			if st.Live || st.Error == nil || !strings.Contains(*st.Error, tt.want) || st.Version != version || !st.Nodes[0].Live {
				t.Errorf("status: %+v", st)
			}
			s.server.await("refused.*" + strings.ReplaceAll(strings.ReplaceAll(tt.want, "[", `\[`), "]", `\]`))
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" {
				t.Errorf("with a broken file: %q", got.userAgent())
			}
			s.makeLive(fmt.Sprintf(userAgent, "two"))
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "two" {
				t.Errorf("after mending: %q", got.userAgent())
			}
			stop()
		})
	}
}

func TestBrokenAtStart(t *testing.T) {
	s := newStack(t)
	s.write(strings.Replace(s.text(), "[one]", "[]", 1))
	s.server = start(t, "xds-server", s.dir, xdsServer, "serve", "--config", "livefilter.yaml",
		"--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0")
	if code := s.server.wait(); code != 1 || !strings.Contains(s.server.out.String(), "livefilter.yaml:5:36: filters[0].headers[0].values: ") {
		t.Errorf("exit %d, %s", code, s.server.out.String())
	}
}

// A module that refuses its config is refused before any Envoy sees it.
func TestModuleThatRefusesItsConfig(t *testing.T) {
	builtin, err := os.ReadFile("../internal/builtin/filter.wasm")
	must(t, err)
	protocols(t, func(t *testing.T, s *stack) {
		must(t, os.WriteFile(filepath.Join(s.dir, "own.wasm"), builtin, 0o600))
		s.makeLive("  - {name: my-wasm-filter, module: own.wasm, config: X-Own}")
		stop := traffic(t, s.cfg.Port)
		s.cfg.Filters = "  - {name: my-wasm-filter, module: own.wasm, config: {headers: 7}}"
		s.save()
		_, stderr, code := s.statusCommand("--wait", "--timeout", patience.String())
		if code != 1 || !strings.Contains(stderr, "headers") {
			t.Errorf("exit %d: %s", code, stderr)
		}
		if got := newClient(t).mustGet(t, s.cfg.Port); len(got.seen.Headers["X-Own"]) != 1 {
			t.Errorf("the old filter is gone: %+v", got)
		}
		s.makeLive("  - {name: my-wasm-filter, module: own.wasm, config: X-Other}")
		if got := newClient(t).mustGet(t, s.cfg.Port); len(got.seen.Headers["X-Other"]) != 1 {
			t.Errorf("the next good one does not run: %+v", got)
		}
		stop()
	})
}

// What only Envoy can know, it refuses, once, and goes on with what it had.
func TestEnvoyRefuses(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		_, taken := upstream(t)
		stop := traffic(t, s.cfg.Port)
		free := s.cfg.Port
		s.cfg.Port = taken
		s.save()
		_, stderr, code := s.statusCommand("--wait", "--timeout", patience.String())
		if code != 1 || !strings.Contains(stderr, "Address already in use") {
			t.Errorf("exit %d: %s", code, stderr)
		}
		const words = "envoy sent a NACK and runs what it ran before"
		s.server.await(words) // which status says a moment sooner
		if n := strings.Count(s.server.out.String(), words); n != 1 {
			t.Errorf("%d refusals are logged, want 1", n)
		}
		newClient(t).mustGet(t, free)
		s.cfg.Port = free
		s.makeLive(fmt.Sprintf(userAgent, "two"))
		if got := newClient(t).mustGet(t, free); got.userAgent() != "two" {
			t.Errorf("after mending: %q", got.userAgent())
		}
		stop()
	})
}
