package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// tree is what a YAML file holds.
type tree = map[string]any

// render runs `xds-server render` in the config's folder and returns what it printed.
func (s *stack) render(args ...string) []byte {
	s.t.Helper()
	cmd := exec.Command(xdsServer, append([]string{"render", "livefilter.yaml"}, args...)...)
	cmd.Dir = s.dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("render %v: %s", args, stderr.String())
	}
	return out
}

func parse(t testing.TB, text []byte) (doc tree) {
	t.Helper()
	must(t, yaml.Load(text, &doc))
	return doc
}

// at follows keys and list indexes down from v.
func at(t testing.TB, v any, path ...any) any {
	t.Helper()
	for i, step := range path {
		var next any
		switch step := step.(type) {
		case string:
			m, _ := v.(tree)
			next = m[step]
		case int:
			if l, _ := v.([]any); step < len(l) {
				next = l[step]
			}
		}
		if next == nil {
			t.Fatalf("nothing at %v", path[:i+1])
		}
		v = next
	}
	return v
}

// patched returns what an EnvoyFilter adds: HTTP filters and clusters.
func patched(t testing.TB, envoyFilter []byte) (filters, clusters []any) {
	t.Helper()
	for _, p := range at(t, parse(t, envoyFilter), "spec", "configPatches").([]any) {
		value := at(t, p, "patch", "value")
		switch to, how := at(t, p, "applyTo"), at(t, p, "patch", "operation"); {
		case to == "HTTP_FILTER" && how == "INSERT_BEFORE":
			filters = append(filters, value)
		case to == "CLUSTER" && how == "ADD":
			clusters = append(clusters, value)
		default:
			t.Fatalf("%v %v", how, to)
		}
	}
	return filters, clusters
}

// foreign starts an Envoy that somebody else configures, with filters and clusters of ours.
func (s *stack) foreign(filters, clusters []any) {
	s.t.Helper()
	base, err := os.ReadFile("testdata/attach.yaml")
	must(s.t, err)
	text := strings.NewReplacer("PORT", strconv.Itoa(s.cfg.Port), "UPSTREAM", strconv.Itoa(s.cfg.UpstreamPort)).Replace(string(base))
	doc := parse(s.t, []byte(text))
	resources := at(s.t, doc, "static_resources").(tree)
	resources["clusters"] = append(resources["clusters"].([]any), clusters...)
	hcm := at(s.t, resources, "listeners", 0, "filter_chains", 0, "filters", 0, "typed_config").(tree)
	hcm["http_filters"] = append(filters, hcm["http_filters"].([]any)...)
	out, err := yaml.Dump(doc)
	must(s.t, err)
	must(s.t, os.WriteFile(filepath.Join(s.dir, "envoy.yaml"), out, 0o600))
	s.runEnvoy()
}

// runEnvoy starts an Envoy from envoy.yaml in the config's folder.
func (s *stack) runEnvoy() {
	s.t.Helper()
	address := filepath.Join(s.dir, "envoy-admin")
	_ = os.Remove(address)
	s.envoy = start(s.t, "envoy", s.dir, slices.Concat(s.wrapper, []string{envoy, "-c", "envoy.yaml", "--use-dynamic-base-id",
		"--concurrency", "2", "--admin-address-path", address}, s.envoyFlags)...)
	eventually(s.t, "envoy has an admin port", func() bool {
		if !s.envoy.alive() {
			s.t.Fatal("envoy ended")
		}
		b, err := os.ReadFile(address)
		s.envoyAdmin = strings.TrimSpace(string(b))
		return err == nil && s.envoyAdmin != ""
	})
}
