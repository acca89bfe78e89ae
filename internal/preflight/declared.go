package preflight

import (
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/wasmbin"
)

// maxMissing is how many imports that nobody offers are named.
const maxMissing = 100

// declared refuses what Envoy refuses before it runs anything.
func declared(m *wasmbin.Module) *Refusal {
	if m.ABI == "" {
		return refuse(ABI, "it exports no proxy_abi_version_0_2_1 (nor 0_2_0, nor 0_1_0)%s", looksLike(m))
	}
	offered := proxywasm.Offers(m.ABI)
	var missing []string
	for _, i := range m.Imports {
		name := i.Module + "." + i.Name
		f, ok := offered[name]
		switch {
		case i.Kind == wasmbin.KindMemory, i.Kind == wasmbin.KindTable, i.Kind == wasmbin.KindTag:
		case i.Kind == wasmbin.KindGlobal, !ok:
			if len(missing) < maxMissing && !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
		case f != i.Func:
			return refuse(Import, "it imports %s as %s, and Envoy has it as %s", name, i.Func, f)
		}
	}
	if len(missing) > 0 {
		return refuse(Import, "it imports what Envoy does not offer%s: %s%s", inABI(missing, m.ABI), strings.Join(missing, ", "), without(missing))
	}
	if name, got, want, ok := proxywasm.WrongExport(m); !ok {
		return refuse(ABI, "it exports %s as %s, and Envoy calls it as %s", name, got, want)
	}
	_, malloc := m.Func("malloc")
	_, allocate := m.Func("proxy_on_memory_allocate")
	if !malloc && !allocate {
		return refuse(ABI, "it exports neither proxy_on_memory_allocate nor malloc")
	}
	return nil
}

// forgetful warns of a module that Envoy 1.36 to 1.40 can crash over. What Envoy keeps of an HTTP call it drops after the
// next callback; where none comes, an edit has it cancel a call that is over (cf. envoyproxy/envoy#38865).
func forgetful(m *wasmbin.Module) []string {
	for _, callback := range []string{"proxy_on_http_call_response", "proxy_on_done"} {
		if _, has := m.Func(callback); has {
			return nil
		}
	}
	for _, i := range m.Imports {
		if i.Name == "proxy_http_call" {
			return []string{"it can make HTTP calls and exports neither proxy_on_http_call_response nor proxy_on_done: Envoy can crash when it is replaced"}
		}
	}
	return nil
}

// leaking warns of a module of TinyGo whose memory grows with each thing that it reads: Envoy takes malloc where there is
// one, and TinyGo frees nothing that its malloc gave. TinyGo's modules have all four names, those of Rust for
// wasm32-unknown-unknown malloc alone, as another name of proxy_on_memory_allocate.
func leaking(m *wasmbin.Module) []string {
	for _, name := range []string{"malloc", "calloc", "realloc", "free", "proxy_on_memory_allocate"} {
		if _, has := m.Func(name); !has {
			return nil
		}
	}
	return []string{"it exports malloc beside proxy_on_memory_allocate, and Envoy takes malloc: a module of TinyGo never frees what comes from there; build it with -tags custommalloc"}
}

// newer warns of what an Envoy that is not of today lacks.
func newer(m *wasmbin.Module) []string {
	var names []string
	for _, i := range m.Imports {
		if name := i.Module + "." + i.Name; proxywasm.Newer(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{oneLine("Envoy 1.37 and earlier refuse it: they do not offer "+strings.Join(names, ", "), 200)}
}

// inABI helps whose SDK is of another age.
func inABI(missing []string, abi string) string {
	for _, other := range []string{"0.1.0", "0.2.0", "0.2.1"} {
		offered := proxywasm.Offers(other)
		if !slices.ContainsFunc(missing, func(name string) bool { _, ok := offered[name]; return !ok }) {
			return " to ABI " + abi + " (but to " + other + ")"
		}
	}
	return ""
}
