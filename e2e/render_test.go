package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// adminOnly gives a rendered config an admin port, which it has not got.
const adminOnly = "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"

// A rendered config starts an Envoy that needs nobody: printed, with the code in it, and as
// files; with the filter in the listener's chain or, for retries, in the cluster's.
func TestRenderedConfigRuns(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	for name, tt := range map[string]struct {
		flags []string
		retry string
	}{
		"printed":      {nil, ""},
		"JSON":         {[]string{"--json"}, ""},
		"files":        {[]string{"-o", "rendered"}, ""},
		"with retries": {nil, "\n    retry: {on: [429], tries: 2}"},
		"matched":      {nil, matchAll + "\n    retry: {on: [429], tries: 2}"},
		"match, files": {[]string{"-o", "rendered"}, matchAll},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			must(t, os.WriteFile(filepath.Join(s.dir, "mark.wasm"), mark, 0o600))
			values := []string{"one", "uno"} // retries need a second one
			s.cfg.Filters = fmt.Sprintf(userAgent, strings.Join(values, ", ")) + tt.retry + "\n  - {name: mark, module: mark.wasm, config: {a: [1, true]}}"
			s.save()
			text := s.render(tt.flags...)
			var err error // of its own: the cases run side by side
			if tt.flags != nil && tt.flags[0] == "-o" {
				text, err = os.ReadFile(filepath.Join(s.dir, "rendered", "envoy.yaml"))
				must(t, err)
			}
			if len(tt.flags) == 1 {
				doc := parse(t, text)
				doc["admin"] = parse(t, []byte(adminOnly))["admin"]
				text, err = json.Marshal(doc)
				must(t, err)
			} else {
				text = append([]byte(adminOnly), text...)
			}
			must(t, os.WriteFile(filepath.Join(s.dir, "envoy.yaml"), text, 0o600))
			check := exec.Command(envoy, "--mode", "validate", "-c", "envoy.yaml")
			check.Dir = s.dir
			if out, err := check.CombinedOutput(); err != nil {
				t.Fatalf("envoy --mode validate: %v\n%s", err, tail(string(out), 10))
			}
			s.runEnvoy()
			c, _ := s.first(http.StatusOK)
			got := c.mustGet(t, s.cfg.Port)
			if !slices.Contains(values, got.userAgent()) || got.header.Get("X-Module") != "a" ||
				got.header.Get("X-Proxy-Wasm") != "my-wasm-filter" || got.seen.Host != "localhost" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// What render says that the server sends is what Envoy says that it has, versions included.
func TestRenderedXDSIsWhatEnvoyHas(t *testing.T) {
	for name, filters := range map[string]string{
		"ecds":   fmt.Sprintf(userAgent, "one"),
		"retry":  fmt.Sprintf(userAgent, "one, two") + "\n    retry: {on: [429], tries: 2}",
		"inline": fmt.Sprintf(userAgent, "one"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.cfg.Filters = filters
			if name == "inline" {
				s.cfg.FilterConfig = "inline"
			}
			s.save()
			s.startServer()
			s.startEnvoy()
			s.live()
			body := s.envoyGet("/config_dump")
			rendered := dynamic(t, s.render("--format", "xds", "--json"))
			if name == "retry" {
				// The filter's second name is for other Envoys: this one does not ask for it.
				delete(rendered, "my-wasm-filter")
			}
			if len(rendered) < 3 {
				t.Fatalf("too few resources: %v", rendered)
			}
			if d := cmp.Diff(dynamic(t, []byte(body)), rendered); d != "" {
				t.Errorf("-envoy has +rendered\n%s", d)
			}
		})
	}
}

// dynamic returns the resources that a config dump says came from a server, by name.
func dynamic(t *testing.T, dump []byte) map[string]any {
	t.Helper()
	found := map[string]any{}
	for _, part := range at(t, parse(t, dump), "configs").([]any) {
		for key, list := range part.(tree) {
			if !strings.HasPrefix(key, "dynamic_") && key != "ecds_filters" {
				continue
			}
			for _, entry := range list.([]any) {
				entry := entry.(tree)
				if state, ok := entry["active_state"].(tree); ok {
					entry = state
				}
				delete(entry, "last_updated")
				delete(entry, "client_status")
				for _, kind := range []string{"cluster", "listener", "route_config", "ecds_filter"} {
					if r, ok := entry[kind].(tree); ok {
						found[r["name"].(string)] = entry
					}
				}
			}
		}
	}
	return found
}

// The EnvoyFilter's filter runs in an Envoy that has the ConfigMap's files where the pod
// annotations put them: TypedStruct, local file and all.
func TestIstioFilesRun(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	s := newStack(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "mark.wasm"), mark, 0o600))
	s.cfg.Filters = fmt.Sprintf(userAgent, "one") + "\n  - {name: mark, module: mark.wasm, config: 'on'}"
	s.save()
	s.render("--format", "istio", "-o", "manifests")
	file := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(s.dir, "manifests", name))
		must(t, err)
		return data
	}
	folder := filepath.Join(s.dir, "wasm")
	must(t, os.Mkdir(folder, 0o700))
	for name, encoded := range at(t, parse(t, file("config-map.yaml")), "binaryData").(tree) {
		data, err := base64.StdEncoding.DecodeString(encoded.(string))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	// Only the folder differs: this machine's /var/local is not the test's to write to.
	text := strings.ReplaceAll(string(file("envoy-filter.yaml")), "/var/local/wasm/", folder+"/")
	if strings.Count(text, folder) != 2 {
		t.Fatalf("the modules are not where the annotations put them:\n%s", text)
	}
	s.foreign(patched(t, []byte(text)))
	c, _ := s.first(http.StatusOK)
	if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "one" || got.header.Get("X-Module") != "a" {
		t.Errorf("got %+v", got)
	}
}
