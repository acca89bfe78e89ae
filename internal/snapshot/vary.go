package snapshot

import (
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/xds"
)

// reloadBackOff is Envoy's default for the first restart of a VM that crashed.
const reloadBackOff = time.Second

// filter gives an extension config its trial, where our own listener or clusters name it, and
// its variations.
func (w wiring) filter(r *xds.Resource) (err error) {
	name := cachev3.GetResourceName(r.Message)
	for _, f := range w.c.Filters {
		if resourceName(f) == name {
			if r.Trial, err = trial(w.c, f); err != nil {
				return err
			}
		}
		if f.Name == name {
			r.Needs = calls(f)
		}
	}
	base, ok := r.Message.(*corev3.TypedExtensionConfig)
	if !ok {
		return nil
	}
	r.Vary = func(v xds.Variation) proto.Message { return vary(base, v) }
	return nil
}

// vary returns a config that means the same as base. Envoy 1.36 to 1.40 acknowledges a config
// unseen if its hash is that of the last one, a refused one included.
func vary(base *corev3.TypedExtensionConfig, v xds.Variation) proto.Message {
	if v == (xds.Variation{}) {
		return base
	}
	varied, err := EditMatched(base.GetTypedConfig(), func(inner *anypb.Any) (*anypb.Any, error) { return varyWasm(inner, v) })
	if err == nil && varied.GetTypeUrl() != wasmTypeURL {
		varied, err = renamed(varied, v)
	}
	if err != nil {
		return base
	}
	return &corev3.TypedExtensionConfig{Name: base.GetName(), TypedConfig: varied}
}

// varyWasm: some nanoseconds more in the back-off of a crashed VM give another hash, and the same
// VM. A VM that failed in one worker refuses every later config; vm_config.configuration makes it
// another VM, and vm_id, and with it the shared data, stays (envoyproxy/envoy#43751).
func varyWasm(packed *anypb.Any, v xds.Variation) (*anypb.Any, error) {
	wasm := &wasmfilterv3.Wasm{}
	if packed.UnmarshalTo(wasm) != nil {
		return packed, nil // another filter
	}
	wasm.GetConfig().ReloadConfig = &wasmv3.ReloadConfig{Backoff: &corev3.BackoffStrategy{
		BaseInterval: durationpb.New(reloadBackOff + time.Duration(v.Salt)),
	}}
	if v.VM > 0 {
		vm := wasm.GetConfig().GetVmConfig()
		var text wrapperspb.StringValue // a number, see Plugin
		if vm.GetConfiguration() != nil {
			if err := vm.GetConfiguration().UnmarshalTo(&text); err != nil {
				return nil, err
			}
		}
		n, _ := strconv.ParseUint(text.GetValue(), 10, 32)
		configuration, err := pack(wrapperspb.String(strconv.FormatUint(n+uint64(v.VM), 10)))
		if err != nil {
			return nil, err
		}
		vm.Configuration = configuration
	}
	return pack(wasm)
}
