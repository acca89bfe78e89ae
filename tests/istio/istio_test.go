package istio

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	networkingv1 "istio.io/api/networking/v1"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	clientv1 "istio.io/client-go/pkg/apis/networking/v1"
	clientv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"
)

// object is what every object of Istio's has.
type object struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   metadata        `json:"metadata"`
	Spec       json.RawMessage `json:"spec"`
}

type metadata struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// strict reads the one object in a file, whose spec is of spec's type, without letting
// anything pass that the type does not have. Istio's own UnmarshalJSON would.
func strict(t *testing.T, text []byte, spec proto.Message) object {
	t.Helper()
	docs := documents(t, text)
	if len(docs) != 1 {
		t.Fatalf("%d documents in\n%s", len(docs), text)
	}
	var o object
	d := json.NewDecoder(bytes.NewReader(docs[0]))
	d.DisallowUnknownFields()
	must(t, d.Decode(&o))
	if err := protojson.Unmarshal(o.Spec, spec); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return o
}

// also reads the object as client-go does.
func also(t *testing.T, text []byte, into any) {
	t.Helper()
	must(t, json.Unmarshal(documents(t, text)[0], into))
}

func TestEnvoyFilter(t *testing.T) {
	for config, filters := range map[string][]string{"rules": {"my-wasm-filter", "own"}, "ca": {"on"}, "plain": {"own"}} {
		files := render(t, config, "--format", "istio", "--name", "n", "--namespace", "ns", "--selector", "a.b/c=1")
		var spec networkingv1alpha3.EnvoyFilter
		o := strict(t, files["envoy-filter.yaml"], &spec)
		if o.APIVersion != "networking.istio.io/v1alpha3" || o.Kind != "EnvoyFilter" || o.Metadata != (metadata{"n", "ns"}) {
			t.Errorf("%+v", o)
		}
		if labels := spec.GetWorkloadSelector().GetLabels(); len(labels) != 1 || labels["a.b/c"] != "1" {
			t.Errorf("selects %v", labels)
		}
		also(t, files["envoy-filter.yaml"], &clientv1alpha3.EnvoyFilter{})
		configMap := configMap(t, files)
		var names []string
		for _, p := range spec.GetConfigPatches() {
			beforeRouter(t, p)
			name, wasm := wasmValue(t, p.GetPatch().GetValue())
			names = append(names, name)
			file := wasm.GetConfig().GetVmConfig().GetCode().GetLocal().GetFilename()
			if _, ok := configMap.BinaryData[file[len("/var/local/wasm/"):]]; !ok {
				t.Errorf("%s is not in the ConfigMap", file)
			}
		}
		if !slices.Equal(names, filters) {
			t.Errorf("filters %v, want %v", names, filters)
		}
	}
}

// beforeRouter: Istio puts each filter before the router, so that they stay in their order.
func beforeRouter(t *testing.T, p *networkingv1alpha3.EnvoyFilter_EnvoyConfigObjectPatch) {
	t.Helper()
	filter := p.GetMatch().GetListener().GetFilterChain().GetFilter()
	if p.GetApplyTo() != networkingv1alpha3.EnvoyFilter_HTTP_FILTER ||
		p.GetMatch().GetContext() != networkingv1alpha3.EnvoyFilter_SIDECAR_OUTBOUND ||
		p.GetPatch().GetOperation() != networkingv1alpha3.EnvoyFilter_Patch_INSERT_BEFORE ||
		filter.GetName() != "envoy.filters.network.http_connection_manager" ||
		filter.GetSubFilter().GetName() != "envoy.filters.http.router" {
		t.Errorf("patch %v", p)
	}
}

func configMap(t *testing.T, files map[string][]byte) *corev1.ConfigMap {
	t.Helper()
	for _, o := range kubernetes(t, files["config-map.yaml"]) {
		if c, ok := o.(*corev1.ConfigMap); ok {
			return c
		}
	}
	t.Fatal("no ConfigMap")
	return nil
}

func TestServiceEntry(t *testing.T) {
	for config, want := range map[string]struct {
		host string
		port uint32
	}{"rules": {"www.whatsmyua.info", 443}, "ca": {"echo.internal", 8443}, "plain": {"plain.internal", 8080}} {
		files := render(t, config, "--format", "istio")
		var spec networkingv1.ServiceEntry
		o := strict(t, files["service-entry.yaml"], &spec)
		also(t, files["service-entry.yaml"], &clientv1.ServiceEntry{})
		p := spec.GetPorts()[0]
		if o.APIVersion != "networking.istio.io/v1" || o.Kind != "ServiceEntry" || o.Metadata.Namespace != "default" ||
			!slices.Equal(spec.GetHosts(), []string{want.host}) || !slices.Equal(spec.GetExportTo(), []string{"."}) ||
			spec.GetLocation() != networkingv1.ServiceEntry_MESH_EXTERNAL || spec.GetResolution() != networkingv1.ServiceEntry_DNS ||
			len(spec.GetPorts()) != 1 || p.GetNumber() != 80 || p.GetProtocol() != "HTTP" || p.GetTargetPort() != want.port {
			t.Errorf("%s: %v %v", config, o, &spec)
		}
	}
}

func TestDestinationRule(t *testing.T) {
	for _, tt := range []struct {
		config, flag, host, sni, ca string
	}{
		{"rules", "", "www.whatsmyua.info", "www.whatsmyua.info", ""},
		{"rules", "--any-host", "*", "", ""},
		{"ca", "", "echo.internal", "echo.example", "/var/local/wasm/ca.pem"},
	} {
		args := []string{"--format", "istio"}
		if tt.flag != "" {
			args = append(args, tt.flag)
		}
		files := render(t, tt.config, args...)
		var spec networkingv1.DestinationRule
		o := strict(t, files["destination-rule.yaml"], &spec)
		also(t, files["destination-rule.yaml"], &clientv1.DestinationRule{})
		ports := spec.GetTrafficPolicy().GetPortLevelSettings()
		if o.APIVersion != "networking.istio.io/v1" || o.Kind != "DestinationRule" || spec.GetHost() != tt.host ||
			!slices.Equal(spec.GetExportTo(), []string{"."}) || len(ports) != 1 || ports[0].GetPort().GetNumber() != 80 {
			t.Fatalf("%v: %v %v", tt, o, &spec)
		}
		tls := ports[0].GetTls()
		var sans []string
		if tt.sni != "" {
			sans = []string{tt.sni}
		}
		if tls.GetMode() != networkingv1.ClientTLSSettings_SIMPLE || tls.GetSni() != tt.sni || !slices.Equal(tls.GetSubjectAltNames(), sans) ||
			tls.GetCaCertificates() != tt.ca || tls.GetInsecureSkipVerify().GetValue() {
			t.Errorf("%v: %v", tt, tls)
		}
		if tt.ca != "" && configMap(t, files).BinaryData["ca.pem"] == nil {
			t.Error("the CA is not in the ConfigMap")
		}
	}
	if text := render(t, "plain", "--format", "istio")["destination-rule.yaml"]; text != nil {
		t.Errorf("TLS to an upstream without: %s", text)
	}
}
