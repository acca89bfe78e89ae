package xds

import (
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

func TestUnfit(t *testing.T) {
	has := func(names ...string) (all []*corev3.Extension) {
		for _, n := range names {
			name, off := strings.CutSuffix(n, " off")
			all = append(all, &corev3.Extension{Name: name, Disabled: off})
		}
		return all
	}
	for name, tt := range map[string]struct {
		major, minor uint32
		extensions   []*corev3.Extension
		want         []string
	}{
		"an Envoy of today":       {1, 40, has(wasmFilter, "x", wasmRuntime), nil},
		"the oldest":              {1, 36, has(wasmFilter, wasmRuntime), nil},
		"one of tomorrow":         {2, 0, has(wasmFilter, wasmRuntime), nil},
		"too old":                 {1, 35, has(wasmFilter, wasmRuntime), []string{"older than 1.36"}},
		"built without V8":        {1, 38, has(wasmFilter, "envoy.wasm.runtime.null"), []string{"without envoy.wasm.runtime.v8"}},
		"V8 is off":               {1, 40, has(wasmFilter, wasmRuntime+" off"), []string{"without envoy.wasm.runtime.v8"}},
		"the filter is off":       {1, 40, has(wasmFilter+" off", wasmRuntime), []string{"without envoy.filters.http.wasm"}},
		"old and without Wasm":    {1, 20, has("x"), []string{"older than 1.36", "without envoy.filters.http.wasm"}},
		"one that lists nothing":  {1, 40, nil, nil},
		"in both kinds of chains": {1, 40, has(wasmFilter+" off", wasmFilter, wasmRuntime), nil},
	} {
		got := unfit(&corev3.Node{Extensions: tt.extensions, UserAgentVersionType: &corev3.Node_UserAgentBuildVersion{
			UserAgentBuildVersion: &corev3.BuildVersion{Version: &typev3.SemanticVersion{MajorNumber: tt.major, MinorNumber: tt.minor}},
		}})
		for _, w := range tt.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q, want %q", name, got, w)
			}
		}
		if (got == "") != (tt.want == nil) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := unfit(&corev3.Node{}); got != "" {
		t.Errorf("another client: %q", got)
	}
}
