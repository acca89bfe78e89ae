package istiod

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
)

const root = "../.."

// rendered returns the named files of a rendering, as kubectl apply takes them.
func rendered(t *testing.T, format string, args []string, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{"run", "-C", root, "./cmd/xds-server", "render", "cmd/xds-server/testdata/render/two.yaml", "-o", dir, "--format", format}, args...)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var docs []string
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(text))
	}
	return strings.Join(docs, "\n---\n")
}

func sidecar(g *core.ConfigGenTest, app string) *model.Proxy {
	labels := map[string]string{"app": app}
	return g.SetupProxy(&model.Proxy{Labels: labels, Metadata: &model.NodeMetadata{IstioVersion: "1.26.0", Labels: labels}})
}

// filtersOf returns the HTTP filters of the outbound listener for port 80.
func filtersOf(t *testing.T, listeners []*listenerv3.Listener) []*hcmv3.HttpFilter {
	t.Helper()
	for _, l := range listeners {
		for _, chain := range l.GetFilterChains() {
			for _, f := range chain.GetFilters() {
				hcm := &hcmv3.HttpConnectionManager{}
				if l.GetName() == "0.0.0.0_80" && f.GetTypedConfig().MessageIs(hcm) {
					if err := f.GetTypedConfig().UnmarshalTo(hcm); err != nil {
						t.Fatal(err)
					}
					return hcm.GetHttpFilters()
				}
			}
		}
	}
	t.Fatal("no outbound HTTP listener for port 80")
	return nil
}

func clusterOf(t *testing.T, clusters []*clusterv3.Cluster, name string) *clusterv3.Cluster {
	t.Helper()
	i := slices.IndexFunc(clusters, func(c *clusterv3.Cluster) bool { return c.GetName() == name })
	if i < 0 {
		t.Fatalf("no cluster %s", name)
	}
	return clusters[i]
}

// Both filters are in the client's sidecar, in their order and before the router, and in no
// other sidecar.
func TestSidecarsGetTheFilters(t *testing.T) {
	services := rendered(t, "istio", nil, "service-entry.yaml", "destination-rule.yaml") + "\n---\n"
	for _, tt := range []struct {
		format string
		found  func(*hcmv3.HttpFilter) bool
	}{
		{"istio", func(f *hcmv3.HttpFilter) bool {
			return f.GetTypedConfig().GetTypeUrl() == "type.googleapis.com/udpa.type.v1.TypedStruct"
		}},
		{"istio-live", func(f *hcmv3.HttpFilter) bool { return f.GetConfigDiscovery() != nil }},
	} {
		g := core.NewConfigGenTest(t, core.TestOptions{ConfigString: services + rendered(t, tt.format, nil, "envoy-filter.yaml")})
		filters := filtersOf(t, g.Listeners(sidecar(g, "my-client")))
		var names []string
		for _, f := range filters[max(0, len(filters)-3):] {
			names = append(names, f.GetName())
		}
		if !slices.Equal(names, []string{"Pool.1", "own", "envoy.filters.http.router"}) || !tt.found(filters[len(filters)-2]) {
			t.Errorf("%s: the last filters are %v", tt.format, filters[max(0, len(filters)-3):])
		}
		for _, f := range filtersOf(t, g.Listeners(sidecar(g, "other"))) {
			if f.GetName() == "own" {
				t.Errorf("%s: another sidecar has it too", tt.format)
			}
		}
		if tt.format == "istio-live" {
			clusterOf(t, g.Clusters(sidecar(g, "my-client")), "livefilter")
		}
	}
}

// Requests for port 80 leave in TLS, to a certificate that is verified.
func TestSidecarsVerifyTheUpstream(t *testing.T) {
	for _, tt := range []struct {
		flags []string
		sni   string // "": what the Host header says
	}{
		{nil, "www.whatsmyua.info"},
		{[]string{"--any-host"}, ""},
	} {
		g := core.NewConfigGenTest(t, core.TestOptions{
			ConfigString: rendered(t, "istio", tt.flags, "service-entry.yaml", "destination-rule.yaml"),
		})
		c := clusterOf(t, g.Clusters(sidecar(g, "my-client")), "outbound|80||www.whatsmyua.info")
		address := c.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress().GetSocketAddress()
		if address.GetAddress() != "www.whatsmyua.info" || address.GetPortValue() != 443 {
			t.Errorf("%v: goes to %v", tt.flags, address)
		}
		tls := &tlsv3.UpstreamTlsContext{}
		if err := c.GetTransportSocket().GetTypedConfig().UnmarshalTo(tls); err != nil {
			t.Fatal(err)
		}
		validation := tls.GetCommonTlsContext().GetCombinedValidationContext()
		sans := validation.GetDefaultValidationContext().GetMatchSubjectAltNames() //nolint:staticcheck // it is what istiod sends
		byName := len(sans) == 1 && sans[0].GetExact() == tt.sni
		if tt.sni == "" {
			options := &httpv3.HttpProtocolOptions{}
			if err := c.GetTypedExtensionProtocolOptions()["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"].UnmarshalTo(options); err != nil {
				t.Fatal(err)
			}
			byName = options.GetUpstreamHttpProtocolOptions().GetAutoSni() && options.GetUpstreamHttpProtocolOptions().GetAutoSanValidation()
		}
		if tls.GetSni() != tt.sni || !byName || validation.GetValidationContextSdsSecretConfig().GetName() != "file-root:system" {
			t.Errorf("%v: %v", tt.flags, c)
		}
	}
}
