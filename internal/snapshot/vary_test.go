package snapshot

import (
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/xds"
)

// Each environment, and each variation of the VM, has another number: an Envoy of any version then
// starts another VM, whose vm_id is the same.
func TestAnotherVM(t *testing.T) {
	seen := map[string]bool{}
	for _, env := range []map[string]string{nil, {"A": "b"}, {"A": "c"}, {"A": "b", "B": ""}} {
		for vm := range uint32(3) {
			packed, err := wasmFilter(config.Filter{Name: "f", Module: &config.Module{Env: env}})
			if err != nil {
				t.Fatal(err)
			}
			varied := vary(&corev3.TypedExtensionConfig{Name: "f", TypedConfig: packed}, xds.Variation{Salt: 1, VM: vm})
			var wasm wasmfilterv3.Wasm
			if err := varied.(*corev3.TypedExtensionConfig).GetTypedConfig().UnmarshalTo(&wasm); err != nil {
				t.Fatal(err)
			}
			got := wasm.GetConfig().GetVmConfig()
			var number wrapperspb.StringValue
			if c := got.GetConfiguration(); c != nil {
				if err := c.UnmarshalTo(&number); err != nil {
					t.Fatal(err)
				}
			}
			if seen[number.GetValue()] || got.GetVmId() != "livefilter.module.f" || len(got.GetEnvironmentVariables().GetKeyValues()) != len(env) {
				t.Errorf("%v, %d: %v", env, vm, got)
			}
			seen[number.GetValue()] = true
		}
	}
}
