package e2e

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	secretv3 "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"

	"github.com/livefilter/livefilter/internal/certs"
)

// agent is what runs beside Envoy in a sidecar of Istio: it has the workload's certificate and the mesh's CA.
type agent struct {
	t       testing.TB
	ca      *certs.CA
	secrets *cachev3.LinearCache
	port    int
}

const workload = "spiffe://cluster.local/ns/default/sa/my-client"

func newAgent(t testing.TB) *agent {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	a := &agent{t, newCA(t, "mesh"), cachev3.NewLinearCache(resourcev3.SecretType), lis.Addr().(*net.TCPAddr).Port}
	server := grpc.NewServer()
	secretv3.RegisterSecretDiscoveryServiceServer(server, serverv3.NewServer(context.Background(), a.secrets, nil))
	go func() { _ = server.Serve(lis) }()
	t.Cleanup(server.Stop)
	a.renew()
	return a
}

// renew gives the workload another certificate, and returns its serial number.
func (a *agent) renew() string {
	a.t.Helper()
	pair, serial := issued(a.t, a.ca, certs.Leaf{Names: []string{workload}})
	inline := func(b []byte) *corev3.DataSource {
		return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: b}}
	}
	must(a.t, a.secrets.UpdateResources(map[string]types.Resource{
		"default": &tlsv3.Secret{Name: "default", Type: &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{
			CertificateChain: inline(pair.Cert), PrivateKey: inline(pair.Key)}}},
		"ROOTCA": &tlsv3.Secret{Name: "ROOTCA", Type: &tlsv3.Secret_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{
			TrustedCa: inline(a.ca.PEM())}}},
	}, nil))
	return serial
}

func (a *agent) cluster() tree {
	endpoint := tree{"endpoint": tree{"address": tree{"socket_address": tree{"address": "127.0.0.1", "port_value": a.port}}}}
	return tree{
		"name": "sds-grpc", "type": "STATIC", "http2_protocol_options": tree{},
		"load_assignment": tree{"cluster_name": "sds-grpc", "endpoints": []any{tree{"lb_endpoints": []any{endpoint}}}},
	}
}

// A sidecar shows what the mesh gave it. The server's certificate is one of the mesh, or of a CA that the manifest has.
func TestSidecarMTLS(t *testing.T) {
	for name, tt := range map[string]struct {
		mesh  bool // the server's certificate is one of the mesh
		flags []string
	}{
		"mesh": {true, []string{"--tls-name", "spiffe://cluster.local/ns/livefilter/sa/xds-server"}},
		"ca":   {false, []string{"--tls-ca", "server/ca.crt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAgent(t)
			s := newMutual(t)
			if tt.mesh {
				s.issueBy(a.ca, "server", certs.Leaf{Names: []string{"spiffe://cluster.local/ns/livefilter/sa/xds-server"}})
			}
			root := filepath.Join(s.dir, "root.pem")
			must(t, os.WriteFile(root, a.ca.PEM(), 0o600))
			s.flags = append(s.flags, "--tls-client-ca", root)
			s.startServer()
			filters, clusters := patched(t, s.render(append([]string{"--format", "istio-live", "--server", s.xds}, tt.flags...)...))
			s.foreign(filters, append(clusters, a.cluster()))
			s.first(http.StatusOK)
			s.live()
			serial := a.renew()
			eventually(t, "the sidecar has its next certificate", func() bool { return strings.Contains(s.envoyGet("/certs"), serial) })
			s.makeLive(strings.Replace(userAgent, "%s", "two", 1))
			if n := s.counter("cluster.livefilter.ssl.handshake"); n != 1 {
				t.Errorf("%d handshakes: the stream was cut", n)
			}
			s.server.kill()
			s.startServer()
			s.live()
		})
	}
}

// The snippet's files lead an Envoy to its certificates.
func TestSnippetMTLS(t *testing.T) {
	t.Parallel()
	s := newMutual(t)
	s.startServer()
	s.attach()
	s.first(http.StatusOK)
	s.live()
}

// An Envoy of Envoy Gateway shows what it has from there, by that one's own files (xds-certificate.json).
func TestGatewayMTLS(t *testing.T) {
	t.Parallel()
	s, gateway := newMutual(t), newCA(t, "envoy-gateway")
	pair, _ := issued(t, gateway, certs.Leaf{Names: []string{"*.envoy-gateway-system"}})
	own := filepath.Join(s.dir, "certs")
	must(t, pair.Write(own, gateway.PEM()))
	sds := filepath.Join(s.dir, "xds-certificate.json")
	must(t, os.WriteFile(sds, []byte(`{"resources":[{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",`+
		`"name":"xds_certificate","tls_certificate":{"certificate_chain":{"filename":"`+own+`/tls.crt"},"private_key":{"filename":"`+own+`/tls.key"}}}]}`), 0o600))
	s.flags = append(s.flags, "--tls-client-ca", filepath.Join(own, "ca.crt"))
	s.startServer()
	policy := s.render("--format", "envoy-gateway", "--server", s.xds, "--tls-ca", "server/ca.crt")
	var filters, clusters []any
	for _, p := range at(t, parse(t, []byte(strings.ReplaceAll(string(policy), "/sds/xds-certificate.json", sds))), "spec", "jsonPatches").([]any) {
		value := at(t, p, "operation", "value")
		if strings.HasSuffix(at(t, p, "type").(string), ".Cluster") {
			clusters = append(clusters, value)
		} else {
			filters = append(filters, value)
		}
	}
	s.foreign(filters, clusters)
	s.first(http.StatusOK)
	s.live()
}
