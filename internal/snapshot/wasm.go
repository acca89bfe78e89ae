package snapshot

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/builtin"
	"github.com/livefilter/livefilter/internal/config"
)

const wasmTypeURL = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"

func adsSource() *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
		ResourceApiVersion:    corev3.ApiVersion_V3,
	}
}

func wasmFilter(f config.Filter) (*anypb.Any, error) {
	plugin, err := Plugin(f)
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", f.Name, err)
	}
	configuration, err := pack(wrapperspb.String(plugin.Configuration))
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", f.Name, err)
	}
	vm := &wasmv3.VmConfig{
		VmId:    plugin.VMID,
		Runtime: "envoy.wasm.runtime.v8",
		Code: &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Local{
			Local: &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: plugin.Code}},
		}},
	}
	if len(plugin.Env) > 0 {
		vm.EnvironmentVariables = &wasmv3.EnvironmentVariables{KeyValues: plugin.Env}
		if vm.Configuration, err = pack(wrapperspb.String(plugin.VMConfiguration)); err != nil {
			return nil, fmt.Errorf("filter %s: %w", f.Name, err)
		}
	}
	return pack(&wasmfilterv3.Wasm{Config: &wasmv3.PluginConfig{
		Name:          f.Name,
		Configuration: configuration,
		FailurePolicy: failurePolicy(f),
		Vm:            &wasmv3.PluginConfig_VmConfig{VmConfig: vm},
	}})
}

// failurePolicy says what becomes of requests after f crashed. The built-in module starts anew.
func failurePolicy(f config.Filter) wasmv3.FailurePolicy {
	if f.Module != nil {
		switch f.Module.Fail {
		case "closed":
			return wasmv3.FailurePolicy_FAIL_CLOSED
		case "open":
			return wasmv3.FailurePolicy_FAIL_OPEN
		}
	}
	return wasmv3.FailurePolicy_FAIL_RELOAD
}

// HeadersVM is the vm_id of filters that carry out header rules.
const HeadersVM = "livefilter.headers"

// SharedVM begins the vm_id of modules that share a VM.
const SharedVM = "livefilter.share."

// PluginConfig is what a filter's VM is given.
type PluginConfig struct {
	// VMID scopes Envoy's shared data. It does not depend on the code or on the
	// configuration, so that what the filter remembers survives every edit.
	VMID string
	// Code is the module, Configuration what it reads in OnPluginStart.
	Code          []byte
	Configuration string
	// Env are the variables that it finds in its environment.
	Env map[string]string
	// VMConfiguration is a number that stands for Env, "" without one. Envoy 1.36 and 1.37 start no
	// other VM for another environment, but for another vm_config.configuration.
	VMConfiguration string
}

// Plugin returns what f's VM is given: for a module, its code and config as the user
// wrote them; for header rules, the built-in module and the rules as JSON.
func Plugin(f config.Filter) (PluginConfig, error) {
	if m := f.Module; m != nil {
		vm := "livefilter.module." + f.Name
		if m.Share != "" {
			vm = SharedVM + m.Share
		}
		return PluginConfig{VMID: vm, Code: m.Code, Configuration: m.Config, Env: m.Env, VMConfiguration: numberOf(m.Env)}, nil
	}
	rules, err := json.Marshal(headersConfig(f))
	if err != nil {
		return PluginConfig{}, err
	}
	return PluginConfig{VMID: HeadersVM, Code: builtin.Filter, Configuration: string(rules)}, nil
}

func numberOf(env map[string]string) string {
	if len(env) == 0 {
		return ""
	}
	h := fnv.New32a()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(h, "%q%q", name, env[name])
	}
	return strconv.FormatUint(uint64(h.Sum32()), 10)
}
