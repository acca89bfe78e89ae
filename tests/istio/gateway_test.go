package istio

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	egv1alpha1 "github.com/envoyproxy/gateway/api/v1alpha1"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3" // in the listener
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"
	sigsyaml "sigs.k8s.io/yaml"
)

// apply does to a resource what Envoy Gateway does (internal/utils/jsonpatch): it finds the
// places of the JSONPath, with the same library, and patches each.
func apply(t *testing.T, resource []byte, op egv1alpha1.JSONPatchOperation) []byte {
	t.Helper()
	doc, err := oj.Parse(resource)
	must(t, err)
	path, err := jp.ParseString(*op.JSONPath)
	must(t, err)
	places := path.Locate(doc, 0)
	if len(places) == 0 || op.Op != "add" || op.Path != nil {
		t.Fatalf("%d places for %v", len(places), *op.JSONPath)
	}
	for _, place := range places {
		var pointer strings.Builder
		for _, step := range place {
			switch step := step.(type) {
			case jp.Child:
				pointer.WriteString("/" + string(step))
			case jp.Nth:
				fmt.Fprintf(&pointer, "/%d", int(step))
			}
		}
		text, err := json.Marshal([]map[string]any{{"op": op.Op, "path": pointer.String(), "value": op.Value}})
		must(t, err)
		patch, err := jsonpatch.DecodePatch(text)
		must(t, err)
		resource, err = patch.Apply(resource)
		must(t, err)
	}
	return resource
}

func TestEnvoyPatchPolicy(t *testing.T) {
	for _, tt := range []struct {
		args              []string
		gateway, listener string
	}{
		{[]string{"--insecure"}, "eg", "ns/eg/http"},
		{[]string{"--gateway", "g", "--listener", "tcp-80", "--tls-ca", "ca.pem"}, "g", "tcp-80"},
		{[]string{"--tls-ca", "ca.pem", "--tls-cert", "/tls/tls.crt", "--tls-key", "/tls/tls.key"}, "eg", "ns/eg/http"},
	} {
		files := render(t, "rules", append([]string{"--format", "envoy-gateway", "--name", "n", "--namespace", "ns"}, tt.args...)...)
		var policy egv1alpha1.EnvoyPatchPolicy
		must(t, sigsyaml.UnmarshalStrict(files["envoy-patch-policy.yaml"], &policy))
		target := policy.Spec.TargetRef
		if policy.APIVersion != "gateway.envoyproxy.io/v1alpha1" || policy.Kind != "EnvoyPatchPolicy" ||
			policy.Name != "n" || policy.Namespace != "ns" || policy.Spec.Type != egv1alpha1.JSONPatchEnvoyPatchType ||
			target.Group != "gateway.networking.k8s.io" || target.Kind != "Gateway" || string(target.Name) != tt.gateway {
			t.Errorf("%+v", policy)
		}
		patches := policy.Spec.JSONPatches
		if slices.Contains(tt.args, "--tls-cert") {
			var secret tlsv3.Secret
			into(t, patches[0].Operation.Value, &secret)
			if patches[0].Type != egv1alpha1.SecretEnvoyResourceType || patches[0].Operation.Op != "add" || patches[0].Name != secret.GetName() {
				t.Errorf("the secret: %+v", patches[0])
			}
			patches = patches[1:]
		}
		first, rest := patches[0], patches[1:]
		var cluster clusterv3.Cluster
		into(t, first.Operation.Value, &cluster)
		if first.Type != egv1alpha1.ClusterEnvoyResourceType || first.Operation.Op != "add" || *first.Operation.Path != "" ||
			first.Name != cluster.GetName() || (cluster.GetTransportSocket() == nil) != slices.Contains(tt.args, "--insecure") {
			t.Errorf("the cluster: %+v", first)
		}
		listener, err := os.ReadFile("testdata/gateway-listener.json")
		must(t, err)
		for _, p := range rest {
			if p.Type != egv1alpha1.ListenerEnvoyResourceType || p.Name != tt.listener {
				t.Errorf("patches %s %s", p.Type, p.Name)
			}
			discovered(t, p.Operation.Value, cluster.GetName())
			listener = apply(t, listener, p.Operation)
		}
		patchedListener(t, listener)
	}
}

// patchedListener: each of the listener's chains has the filters, in their order, and the
// router last.
func patchedListener(t *testing.T, text []byte) {
	t.Helper()
	var l listenerv3.Listener
	into(t, json.RawMessage(text), &l)
	for chain, want := range map[*listenerv3.FilterChain][]string{
		l.GetFilterChains()[0]:    {"envoy.filters.http.rbac", "my-wasm-filter", "own", "envoy.filters.http.router"},
		l.GetDefaultFilterChain(): {"my-wasm-filter", "own", "envoy.filters.http.router"},
	} {
		var hcm hcmv3.HttpConnectionManager
		must(t, chain.GetFilters()[0].GetTypedConfig().UnmarshalTo(&hcm))
		var names []string
		for _, f := range hcm.GetHttpFilters() {
			names = append(names, f.GetName())
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: filters %v, want %v", chain.GetName(), names, want)
		}
	}
}
