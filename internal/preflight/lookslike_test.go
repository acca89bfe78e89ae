package preflight

import (
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

func exports(names ...string) (all []wasmbin.Export) {
	for _, name := range names {
		all = append(all, wasmbin.Export{Name: name})
	}
	return all
}

func TestLooksLike(t *testing.T) {
	imports := func(module string) []wasmbin.Import { return []wasmbin.Import{{Module: module}} }
	for want, m := range map[string]wasmbin.Module{
		"build it with TinyGo (tinygo build":    {ByGo: true, Exports: exports("_start")},
		"is a WASI program":                     {Exports: exports("_start")},
		"was built for JavaScript":              {Imports: imports("wbg"), Exports: exports("_start")},
		"xds-server new writes one":             {},
		"although it has callbacks":             {ByGo: true, Exports: exports("proxy_on_log")},
		"only proxy_abi_version_0_1_0, a table": {Exports: []wasmbin.Export{{Name: "proxy_abi_version_0_1_0", Kind: wasmbin.KindTable}}},
	} {
		if got := looksLike(&m); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestWithout(t *testing.T) {
	for name, want := range map[string]string{
		"env.abort": " (AssemblyScript: asc --use abort=abort_proc_exit)", "env.seed": " (AssemblyScript: without Math.random and trace)",
		"gojs.runtime.ticks": " (TinyGo: -target=wasip1 -buildmode=c-shared)", "env.mine": "",
	} {
		if got := without([]string{name, name}); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A module with TinyGo's own malloc leaks in Envoy, and nothing but its exports tells.
func TestLeaking(t *testing.T) {
	tinygo := exports("malloc", "calloc", "realloc", "free", "proxy_on_memory_allocate")
	if got := leaking(&wasmbin.Module{Exports: tinygo}); len(got) != 1 || !strings.Contains(got[0], "-tags custommalloc") {
		t.Error(got)
	}
	for _, others := range [][]wasmbin.Export{tinygo[:4], tinygo[4:], exports("malloc", "proxy_on_memory_allocate")} {
		if got := leaking(&wasmbin.Module{Exports: others}); got != nil {
			t.Errorf("%v: %v", others, got)
		}
	}
}
