package proxywasm

import (
	"context"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// hostFunc is one function that Envoy offers to modules.
type hostFunc struct {
	sig wasmbin.Func
	do  func(*hostCall) uint32
	// bare functions touch no context. Any other one crashes Envoy when the start section calls it, since there is no
	// context yet.
	bare bool
}

// fn describes a host function that returns a status.
func fn(params string, do func(*hostCall) uint32) hostFunc {
	return hostFunc{sig: sig(params, "i"), do: do}
}

// Offers returns what Envoy offers to modules of an ABI, as "module.function", with the signature each must be imported
// with (WasmBase::registerCallbacks of proxy-wasm-cpp-host at Envoy 1.40; Envoy's Wasm::registerCallbacks).
func Offers(abi string) map[string]wasmbin.Func {
	m := map[string]wasmbin.Func{}
	for name, f := range offers(abi) {
		m[name] = f.sig
	}
	return m
}

func offers(abi string) map[string]hostFunc {
	m := map[string]hostFunc{}
	add := func(prefix string, fs map[string]hostFunc) {
		for name, f := range fs {
			m[prefix+name] = f
		}
	}
	add("env.", looseCalls)
	add("env.proxy_", logCalls)
	add("env.proxy_", headerCalls)
	add("env.proxy_", bufferCalls)
	add("env.proxy_", streamCalls)
	add("env.proxy_", sharedCalls)
	add("env.proxy_", statCalls)
	add("env.proxy_", outCalls)
	switch abi {
	case "0.1.0":
		add("env.proxy_", abi010Calls)
	default:
		add("env.proxy_", abi020Calls)
	}
	if abi == "0.2.1" {
		add("env.proxy_", abi021Calls)
	}
	for _, module := range []string{"wasi_snapshot_preview1.", "wasi_unstable."} {
		add(module, wasiCalls)
		add(module, wasiFileCalls)
	}
	return m
}

// link gives the runtime the host functions that the module imports.
func link(ctx context.Context, rt wazero.Runtime, bin *wasmbin.Module) error {
	offered := offers(bin.ABI)
	builders := map[string]wazero.HostModuleBuilder{}
	for _, i := range bin.Imports {
		full := i.Module + "." + i.Name
		f, ok := offered[full]
		if !ok {
			continue
		}
		b := builders[i.Module]
		if b == nil {
			b = rt.NewHostModuleBuilder(i.Module)
			builders[i.Module] = b
		}
		b.NewFunctionBuilder().WithGoModuleFunction(f.run(full), valueTypes(f.sig.Params), valueTypes(f.sig.Results)).Export(i.Name)
	}
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func valueTypes(letters string) []api.ValueType {
	types := make([]api.ValueType, 0, len(letters))
	for _, l := range letters {
		if l == 'I' {
			types = append(types, api.ValueTypeI64)
		} else {
			types = append(types, api.ValueTypeI32)
		}
	}
	return types
}

func (f hostFunc) run(full string) api.GoModuleFunc {
	return func(ctx context.Context, _ api.Module, stack []uint64) {
		v := ctx.Value(vmKey{}).(*VM)
		if v.cur == nil && !f.bare {
			panic(errCrash{"calls " + strings.TrimPrefix(full, "env.") + " before the module is set up"})
		}
		if v.allowed != nil && !v.allowed[full] {
			panic(errRestricted{full})
		}
		status := f.do(&hostCall{vm: v, c: v.speaker(), ctx: ctx, args: stack})
		if f.sig.Results != "" {
			stack[0] = uint64(status)
		}
	}
}

func sig(params, results string) wasmbin.Func { return wasmbin.Func{Params: params, Results: results} }
