package istio

import (
	"encoding/json"
	"testing"

	udpav1 "github.com/cncf/xds/go/udpa/type/v1"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3" // the default in config_discovery
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3" // in the cluster
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
)

// into reads a patch's value as what it will be in Envoy. Unknown fields are errors.
func into(t *testing.T, value any, m proto.Message) {
	t.Helper()
	var text []byte
	var err error
	switch value := value.(type) {
	case *structpb.Struct:
		text, err = protojson.Marshal(value)
	default:
		text, err = json.Marshal(value)
	}
	must(t, err)
	if err := protojson.Unmarshal(text, m); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if v, ok := m.(interface{ ValidateAll() error }); ok {
		must(t, v.ValidateAll())
	}
}

// wasmValue reads a filter whose config is a TypedStruct.
func wasmValue(t *testing.T, value *structpb.Struct) (name string, wasm *wasmfilterv3.Wasm) {
	t.Helper()
	var filter hcmv3.HttpFilter
	into(t, value, &filter)
	var typed udpav1.TypedStruct
	must(t, filter.GetTypedConfig().UnmarshalTo(&typed))
	if typed.GetTypeUrl() != "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm" {
		t.Fatalf("a TypedStruct of %s", typed.GetTypeUrl())
	}
	wasm = &wasmfilterv3.Wasm{}
	into(t, typed.GetValue(), wasm)
	return filter.GetName(), wasm
}

// discovered checks a filter whose config comes from the server behind cluster.
func discovered(t *testing.T, value any, cluster string) {
	t.Helper()
	filter := &hcmv3.HttpFilter{}
	into(t, value, filter)
	d := filter.GetConfigDiscovery()
	grpc := d.GetConfigSource().GetApiConfigSource().GetGrpcServices()
	if len(grpc) != 1 || grpc[0].GetEnvoyGrpc().GetClusterName() != cluster {
		t.Errorf("%s comes from %v", filter.GetName(), grpc)
	}
	if d.GetDefaultConfig() == nil || d.GetConfigSource().GetInitialFetchTimeout().AsDuration() == 0 {
		t.Errorf("%s has no default: %v", filter.GetName(), d)
	}
}

func TestLive(t *testing.T) {
	for config, filters := range map[string]int{"rules": 2, "ca": 1} {
		files := render(t, config, "--format", "istio-live", "--name", "n", "--namespace", "ns")
		var spec networkingv1alpha3.EnvoyFilter
		if o := strict(t, files["envoy-filter.yaml"], &spec); o.Kind != "EnvoyFilter" || o.Metadata != (metadata{"n", "ns"}) {
			t.Errorf("%+v", o)
		}
		patches := spec.GetConfigPatches()
		if len(patches) != filters+1 {
			t.Fatalf("%d patches", len(patches))
		}
		var cluster clusterv3.Cluster
		into(t, patches[0].GetPatch().GetValue(), &cluster)
		if patches[0].GetApplyTo() != networkingv1alpha3.EnvoyFilter_CLUSTER ||
			patches[0].GetPatch().GetOperation() != networkingv1alpha3.EnvoyFilter_Patch_ADD {
			t.Errorf("the cluster: %v", patches[0])
		}
		for _, p := range patches[1:] {
			beforeRouter(t, p)
			discovered(t, p.GetPatch().GetValue(), cluster.GetName())
		}
	}
}
