package preflight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// What to do instead, in the flags of those who compile filters.
const (
	asLibrary = "build a library with an SDK of proxy-wasm (TinyGo: -target=wasip1 -buildmode=c-shared; Rust: crate-type cdylib, --target wasm32-wasip1)"
	startOver = "xds-server new writes one to start from"
)

// looksLike helps who compiled the right program the wrong way, or the wrong one.
func looksLike(m *wasmbin.Module) string {
	from := func(module string) bool {
		return slices.ContainsFunc(m.Imports, func(i wasmbin.Import) bool { return i.Module == module })
	}
	has := func(prefix string) bool {
		return slices.ContainsFunc(m.Exports, func(e wasmbin.Export) bool { return strings.HasPrefix(e.Name, prefix) })
	}
	for _, e := range m.Exports {
		if strings.HasPrefix(e.Name, "proxy_abi_version_") {
			return fmt.Sprintf(", only %s, a %s", e.Name, e.Kind)
		}
	}
	switch {
	case has("proxy_on_"):
		return ", although it has callbacks of proxy-wasm"
	case m.ByGo:
		return ": it was compiled by Go, which does not export the SDK's callbacks; build it with TinyGo (tinygo build -target=wasip1 -buildmode=c-shared -scheduler=none -tags custommalloc)"
	case from("gojs"), from("go"), from("wbg"), from("__wbindgen_placeholder__"):
		return ": it was built for JavaScript; " + asLibrary
	case has("_start"):
		return ": it is a WASI program, not a proxy-wasm filter; " + asLibrary
	}
	return ": it is no proxy-wasm filter; " + startOver
}

// without says how to do without imports that compilers add by themselves, "" where that is not known.
func without(missing []string) string {
	var advice []string
	add := func(words string) {
		if !slices.Contains(advice, words) {
			advice = append(advice, words)
		}
	}
	for _, name := range missing {
		module, _, _ := strings.Cut(name, ".")
		switch {
		case name == "env.abort":
			add("AssemblyScript: asc --use abort=abort_proc_exit")
		case name == "env.seed", name == "env.trace":
			add("AssemblyScript: without Math.random and trace")
		case module == "gojs":
			add("TinyGo: -target=wasip1 -buildmode=c-shared")
		case module == "wbg", module == "__wbindgen_placeholder__":
			add("Rust: without wasm-bindgen, which is for JavaScript")
		}
	}
	if len(advice) == 0 {
		return ""
	}
	return " (" + strings.Join(advice, "; ") + ")"
}
