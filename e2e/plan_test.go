package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// plan returns what `xds-server plan` says of a config file with the text.
func (s *stack) plan(text string) string {
	s.t.Helper()
	must(s.t, os.WriteFile(filepath.Join(s.dir, "planned.yaml"), []byte(text), 0o600))
	cmd := exec.Command(xdsServer, "plan", "planned.yaml", "--admin-address", s.admin)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("plan: %s", out)
	}
	return string(out)
}

// figures are Envoy's counts of what a plan foretells.
var figures = []struct{ name, stat string }{
	{"modified", "listener_manager.listener_modified"},
	{"in-place", "listener_manager.listener_in_place_updated"},
	{"draining", "listener_manager.total_filter_chains_draining"},
	{"clusters-added", "cluster_manager.cluster_added"},
	{"clusters-replaced", "cluster_manager.cluster_modified"},
	{"clusters-removed", "cluster_manager.cluster_removed"},
	{"routes", "http.ingress_http.rds.ingress_http.config_reload"},
	{"filter", "extension_config_discovery.http_filter.my-wasm-filter.config_reload"},
	{"tried", "extension_config_discovery.upstream_http_filter.my-wasm-filter/upstream.config_reload"},
	{"vms", "wasm.envoy.wasm.runtime.v8.created"},
}

func (s *stack) figures() map[string]int {
	s.t.Helper()
	m := map[string]int{}
	all := s.stats("")
	for _, f := range figures { // one that Envoy does not have yet is 0
		if _, rest, found := strings.Cut(all, "\n"+f.stat+": "); found {
			var n int
			_, err := fmt.Sscan(rest, &n)
			must(s.t, err)
			m[f.name] = n
		}
	}
	return m
}

// moved says by how much each of the figures differs. A change of configuration makes one
// VM, in which Envoy tries it and which it throws away; new code makes one for each thread
// as well.
func moved(was, is map[string]int) string {
	var out []string
	for _, f := range figures {
		switch n := is[f.name] - was[f.name]; {
		case n <= 0: // less than before: the filter is gone, and its figures
		case f.name == "vms" && n > 2:
			out = append(out, "vms=many")
		default:
			out = append(out, fmt.Sprintf("%s=%d", f.name, n))
		}
	}
	return strings.Join(out, " ")
}

// What plan says is what Envoy then does.
func TestPlanComesTrue(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	protocols(t, func(t *testing.T, s *stack) {
		must(t, os.WriteFile(filepath.Join(s.dir, "a.wasm"), mark, 0o600))
		must(t, os.WriteFile(filepath.Join(s.dir, "b.wasm"), bytes.Replace(mark, []byte("x-module=a"), []byte("x-module=b"), 1), 0o600))
		filters := func(text string) func() string {
			return func() string { s.cfg.Filters = text; return s.text() }
		}
		eventually(t, "all workers have the first filter", func() bool { return s.figures()["filter"] == 1 })
		const second = "\n  - {name: second, headers: [{name: X-Second, values: [two]}]}"
		for _, tt := range []struct {
			name string
			edit func() string
			plan []string
			want string
		}{
			{"values", filters(fmt.Sprintf(userAgent, "one, two")),
				[]string{"filter my-wasm-filter: reconfigured in place, no drain", "header user-agent: 1 value -> 2 values", "no connection drains"},
				"filter=1 vms=1"},
			{"a module", filters("  - {name: my-wasm-filter, module: a.wasm}"),
				[]string{"filter my-wasm-filter: code swapped in a new VM", "no drain"}, "filter=1 vms=many"},
			{"its config", filters("  - {name: my-wasm-filter, module: a.wasm, config: x}"),
				[]string{"filter my-wasm-filter: reconfigured in place, no drain"}, "filter=1 vms=1"},
			{"its code", filters("  - {name: my-wasm-filter, module: b.wasm, config: x}"),
				[]string{"filter my-wasm-filter: code swapped in a new VM, no drain"}, "filter=1 vms=many"},
			{"rules", filters(fmt.Sprintf(userAgent, "one")),
				[]string{"filter my-wasm-filter: code swapped in a new VM", "no connection drains"}, "filter=1 vms=many"},
			{"another filter", filters(fmt.Sprintf(userAgent, "one") + second),
				[]string{"listener ingress: filter chain replaced, the socket stays; connections open now drain", "filter second: added"},
				"modified=1 in-place=1 draining=1 vms=1"},
			{"one filter less", filters(fmt.Sprintf(userAgent, "one")),
				[]string{"listener ingress: filter chain replaced, the socket stays; connections open now drain", "filter second: removed"},
				"modified=1 in-place=1 draining=1"},
			{"the upstream's name", func() string { s.cfg.Name = "other"; return s.text() },
				[]string{"other: cluster added", "echo: cluster removed", "route ingress_http: replaced, no drain", "no connection drains"},
				"clusters-added=1 clusters-removed=1 routes=1"},
			{"a second upstream", func() string { return s.text() + "  - {name: spare, host: 127.0.0.1, port: 9}\n" },
				[]string{"spare: cluster added, takes no traffic"}, "clusters-added=1"},
			{"one upstream less", func() string { return s.text() },
				[]string{"spare: cluster removed"}, "clusters-removed=1"},
			{"retry", filters(fmt.Sprintf(userAgent, "one") + "\n    retry: {on: [503], tries: 2}"),
				[]string{"other: cluster replaced", "listener ingress: filter chain replaced, the socket stays",
					"route ingress_http: replaced, no drain", "filter my-wasm-filter: moves from the listener to the upstream"},
				// the one that comes and goes tries the filter in the chain of a cluster
				"modified=1 in-place=1 draining=1 clusters-added=1 clusters-replaced=1 clusters-removed=1 routes=1 tried=1 vms=1"},
			{"values with retry", filters(fmt.Sprintf(userAgent, "two") + "\n    retry: {on: [503], tries: 2}"),
				[]string{"filter my-wasm-filter: reconfigured in place, no drain", "no connection drains"},
				// other Envoys' filter is another one: it asks for no retry
				"filter=1 tried=1 vms=2"},
			{"no more retry", filters(fmt.Sprintf(userAgent, "two")),
				[]string{"filter my-wasm-filter: moves from the upstream to the listener"},
				"modified=1 in-place=1 draining=1 clusters-replaced=1 routes=1"},
			{"authority", filters("  - {name: my-wasm-filter, headers: [{name: Host, values: [localhost]}]}"),
				[]string{"route ingress_http: replaced, no drain", "filter my-wasm-filter: reconfigured in place"}, "routes=1 filter=1 vms=1"},
			{"on_missing", func() string {
				return strings.Replace(s.text(), "filter_config: ", "on_missing: pass, filter_config: ", 1)
			}, []string{"listener ingress: filter chain replaced, the socket stays"}, "modified=1 in-place=1 draining=1"},
			{"inline", func() string { s.cfg.FilterConfig = "inline"; return s.text() },
				[]string{"listener ingress: filter chain replaced, the socket stays", "filter my-wasm-filter: now a part of the listener"},
				"modified=1 in-place=1 draining=1"},
			{"inline values", filters("  - {name: my-wasm-filter, headers: [{name: Host, values: [localhost, '127.0.0.1']}]}"),
				[]string{"listener ingress: filter chain replaced, the socket stays", "filter my-wasm-filter: header :authority: 1 value -> 2 values"},
				"modified=1 in-place=1 draining=1 vms=1"},
			{"port", func() string { s.cfg.Port = freePort(t); return s.text() },
				[]string{"listener ingress: new socket, the old one is closed", "connections drain"}, "modified=1"},
		} {
			text := tt.edit()
			plan := s.plan(text)
			for _, want := range tt.plan {
				if !strings.Contains(plan, want) {
					t.Errorf("%s: no %q in\n%s", tt.name, want, plan)
				}
			}
			was := s.figures()
			s.write(text)
			s.live()
			newClient(t).mustGet(t, s.cfg.Port)
			// Envoy counts a reload once the last of its workers has it, which may be after its ACK.
			got := moved(was, s.figures())
			for deadline := time.Now().Add(patience); got != tt.want && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
				got = moved(was, s.figures())
			}
			if got != tt.want {
				t.Errorf("%s: got %s, want %s, after\n%s", tt.name, got, tt.want, plan)
			}
			if plan := s.plan(text); !strings.HasPrefix(plan, "nothing: ") {
				t.Errorf("%s: again:\n%s", tt.name, plan)
			}
		}
	})
}
