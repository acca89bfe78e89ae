package proxywasm

import (
	"context"
	"errors"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// callbacks returns what Envoy looks up among a module's exports and of which signature (WasmBase::getFunctions and
// FOR_ALL_MODULE_FUNCTIONS of proxy-wasm-cpp-host, Envoy's Wasm::getFunctions). Another signature is refused.
func callbacks(abi string) map[string]wasmbin.Func {
	if abi == "0.1.0" {
		return callbacks01
	}
	return callbacks02
}

var callbacks01, callbacks02 = signatures("ii"), signatures("iii")

func signatures(onHeaders string) map[string]wasmbin.Func {
	m := map[string]wasmbin.Func{"proxy_on_request_headers": {Params: onHeaders, Results: "i"}, "proxy_on_response_headers": {Params: onHeaders, Results: "i"}}
	if onHeaders == "iii" {
		m["proxy_on_foreign_function"] = wasmbin.Func{Params: "iii"}
	}
	for sig, names := range map[wasmbin.Func][]string{
		{}:                            {"_initialize", "_start"},
		{Results: "i"}:                {"__main_void"},
		{Params: "i"}:                 {"proxy_on_tick", "proxy_on_log", "proxy_on_delete"},
		{Params: "i", Results: "i"}:   {"malloc", "proxy_on_memory_allocate", "proxy_on_new_connection", "proxy_on_done"},
		{Params: "ii"}:                {"proxy_on_context_create", "proxy_on_downstream_connection_close", "proxy_on_upstream_connection_close", "proxy_on_queue_ready", "envoy_on_stats_update"},
		{Params: "ii", Results: "i"}:  {"main", "proxy_validate_configuration", "proxy_on_vm_start", "proxy_on_configure", "proxy_on_request_trailers", "proxy_on_request_metadata", "proxy_on_response_trailers", "proxy_on_response_metadata"},
		{Params: "iii"}:               {"proxy_on_grpc_receive", "proxy_on_grpc_close", "proxy_on_grpc_receive_initial_metadata", "proxy_on_grpc_receive_trailing_metadata", "envoy_on_resolve_dns"},
		{Params: "iii", Results: "i"}: {"proxy_on_downstream_data", "proxy_on_upstream_data", "proxy_on_request_body", "proxy_on_response_body"},
		{Params: "iiiii"}:             {"proxy_on_http_call_response"},
	} {
		for _, name := range names {
			m[name] = sig
		}
	}
	return m
}

// call runs a callback, if the module exports it, on behalf of a context. The error is a *Trap.
func (v *VM) call(ctx context.Context, c *Context, name string, args ...uint32) (uint32, error) {
	f := v.callbacks[name]
	if f == nil {
		return 0, nil
	}
	cur, effective := v.cur, v.effective
	v.cur, v.effective = c, nil
	defer func() { v.cur, v.effective = cur, effective }()
	params := make([]uint64, len(args))
	for i, a := range args {
		params[i] = uint64(a)
	}
	results, err := f.Call(context.WithValue(ctx, vmKey{}, v), params...)
	if err != nil {
		return 0, v.trapped(name, err)
	}
	if v.inner != nil {
		// The allocator trapped inside a host call: the callback went on, the VM is lost all the same.
		return 0, v.inner
	}
	if len(results) == 0 {
		return 0, nil
	}
	return uint32(results[0]), nil
}

// speaker is the context that host calls act for: proxy_wasm::contextOrEffectiveContext.
func (v *VM) speaker() *Context {
	if v.effective != nil && v.contexts[v.effective.id] == v.effective {
		return v.effective
	}
	return v.cur
}

// alloc asks the module for memory, in which it may call little (WasmBase::allocMemory).
func (v *VM) alloc(ctx context.Context, size int) (uint32, bool) {
	name := "malloc"
	if v.callbacks[name] == nil {
		name = "proxy_on_memory_allocate"
	}
	allowed := v.allowed
	v.allowed = allowedInMalloc
	p, err := v.call(ctx, v.contexts[0], name, uint32(size))
	v.allowed = allowed
	if errors.As(err, &v.inner) {
		return 0, false
	}
	if p == 0 || uint64(p)+uint64(size) > uint64(v.mem.Size()) {
		return 0, false
	}
	return p, true
}

// WrongExport finds a callback that Envoy would look up and refuse for its signature.
func WrongExport(m *wasmbin.Module) (name string, got, want wasmbin.Func, ok bool) {
	_, reactor := m.Func("_initialize")
	_, malloc := m.Func("malloc")
	for _, e := range m.Exports {
		want, known := callbacks(m.ABI)[e.Name]
		switch {
		case e.Kind != wasmbin.KindFunc || !known || e.Func == want:
			continue
		case (e.Name == "main" || e.Name == "__main_void") && !reactor, e.Name == "_start" && reactor,
			e.Name == "proxy_on_memory_allocate" && malloc:
			continue // Envoy does not look
		}
		return e.Name, e.Func, want, false
	}
	return "", got, want, true
}
