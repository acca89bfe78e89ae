package builtin_test

import (
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/livefilter/livefilter/internal/builtin"
)

func TestFilter(t *testing.T) {
	const limit = 64 << 10
	if len(builtin.Filter) > limit {
		t.Errorf("module has %d bytes, at most %d are allowed", len(builtin.Filter), limit)
	}
	runtime := wazero.NewRuntimeWithConfig(t.Context(), wazero.NewRuntimeConfigInterpreter())
	module, err := runtime.CompileModule(t.Context(), builtin.Filter)
	if err != nil {
		t.Fatal(err)
	}
	exports := module.ExportedFunctions()
	for _, name := range []string{
		"proxy_abi_version_0_2_0",  // Envoy refuses a module without a version that it knows
		"proxy_on_memory_allocate", // what Envoy allocates with when there is no malloc
		"_initialize",              // a reactor; Envoy refuses a command (_start)
		"proxy_on_configure",
		"proxy_on_request_headers",
		"proxy_on_response_headers",
		"proxy_on_delete", // without it every stream would leak
	} {
		if exports[name] == nil {
			t.Errorf("module does not export %s", name)
		}
	}
	for _, name := range []string{
		"malloc", // TinyGo never frees what its malloc gave: every header read from Envoy would leak
		"_start",
		"proxy_on_log", // callbacks that do nothing cost each request
		"proxy_on_done",
		"proxy_on_request_body",
	} {
		if exports[name] != nil {
			t.Errorf("module exports %s", name)
		}
	}
}
