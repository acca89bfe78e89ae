package e2e

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/conformance"
)

// Envoy refuses each configuration that the filter's parser refuses, says why in the words of
// its table, goes on with the one that it has, and takes a good one afterwards.
func TestConformanceRefused(t *testing.T) {
	data, err := os.ReadFile("../filter/internal/config/testdata/invalid.yaml")
	must(t, err)
	var cases []struct{ Config, Error string }
	must(t, yaml.Load(data, &cases, yaml.WithKnownFields()))
	s := newStage(t, map[string]string{"refused": `{"headers":[{"name":"x-key","values":["old"]}]}`}, "refused")
	p := newPlayer(t, s, "refused")
	sees := func(value string) {
		t.Helper()
		step := conformance.Step{Times: 3, Upstream: conformance.Want{"x-key": {value}}}
		must(t, step.Play(p))
	}
	sees("old")
	var want []string
	for _, c := range cases {
		s.edit("refused", c.Config, "config_fail")
		sees("old")
		want = append(want, c.Error)
	}
	if len(want) == 0 {
		t.Fatal("nothing was refused")
	}
	s.edit("refused", `{"headers":[{"name":"x-key","values":["new"]}]}`, "config_reload")
	sees("new")
	var got []string
	for _, line := range regexp.MustCompile(`wasm log.*?: plugin configuration: (.*)`).FindAllStringSubmatch(s.envoy.out.String(), -1) {
		got = append(got, line[1])
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-refused +logged\n%s", d)
	}
}
