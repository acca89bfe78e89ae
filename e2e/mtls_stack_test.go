package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// mutual is a stack whose server and Envoy show certificates, each of a folder of its own.
type mutual struct {
	*stack
	ca    *certs.CA
	envoy tlsContext
}

// tlsContext is the TLS part of Envoy's bootstrap, as it may be written by hand.
type tlsContext struct {
	name    string // of the server, a DNS name; "": the bootstrap has no TLS
	version string // tls_maximum_protocol_version
	ca      string // file
	secret  bool   // it shows a certificate
}

const serverName = "xds.livefilter.example"

func newMutual(t testing.TB) *mutual {
	s := &mutual{stack: newStack(t), ca: newCA(t, "livefilter"), envoy: tlsContext{name: serverName, version: "TLSv1_3", secret: true}}
	s.envoy.ca = s.path("edge", certs.CAFile)
	s.issue("server", certs.Leaf{Names: []string{serverName}, Use: certs.Server})
	s.issue("edge", certs.Leaf{Names: []string{"edge-1.example"}, Use: certs.Client})
	s.flags = append(s.flags, "--tls-cert", s.path("server", certs.CertFile), "--tls-key", s.path("server", certs.KeyFile), "--tls-client-ca", s.path("server", certs.CAFile))
	return s
}

func newCA(t testing.TB, name string) *certs.CA {
	ca, err := certs.NewCA(name, time.Time{})
	must(t, err)
	return ca
}

func (s *mutual) path(who, file string) string { return filepath.Join(s.dir, who, file) }

// issue writes a new certificate of one side, by renames in turn.
func (s *mutual) issue(who string, l certs.Leaf) { s.issueBy(s.ca, who, l) }

func (s *mutual) issueBy(ca *certs.CA, who string, l certs.Leaf) {
	s.t.Helper()
	pair, err := ca.Issue(l)
	must(s.t, err)
	must(s.t, pair.Write(filepath.Join(s.dir, who), s.ca.PEM()))
}

const upstreamTLS = `      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
          sni: %q
          common_tls_context:
            tls_params: {tls_maximum_protocol_version: %s}
            combined_validation_context:
              default_validation_context:
                match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: %q}}]
              validation_context_sds_secret_config:
                name: ca
                sds_config: {path_config_source: {path: %q, watched_directory: {path: %q}}, resource_api_version: V3}
`

const ownSecret = `            tls_certificate_sds_secret_configs:
              - name: certificate
                sds_config: {path_config_source: {path: %q, watched_directory: {path: %q}}, resource_api_version: V3}
`

const secret = `resources:
  - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
    name: %s
    %s
`

// startEnvoy starts one whose bootstrap has TLS for the server.
func (s *mutual) startEnvoy(flags ...string) {
	s.t.Helper()
	dir := filepath.Join(s.dir, "edge")
	ca, own := filepath.Join(s.dir, "sds-ca.yaml"), filepath.Join(s.dir, "sds-certificate.yaml")
	must(s.t, os.WriteFile(ca, fmt.Appendf(nil, secret, "ca", fmt.Sprintf("validation_context: {trusted_ca: {filename: %q}, watched_directory: {path: %q}}", s.envoy.ca, filepath.Dir(s.envoy.ca))), 0o600))
	must(s.t, os.WriteFile(own, fmt.Appendf(nil, secret, "certificate", fmt.Sprintf("tls_certificate: {certificate_chain: {filename: %q}, private_key: {filename: %q}, watched_directory: {path: %q}}",
		s.path("edge", certs.CertFile), s.path("edge", certs.KeyFile), dir)), 0o600))
	if s.envoy.name == "" {
		s.stack.startEnvoy(flags...)
		return
	}
	s.bootstrap = fmt.Sprintf(upstreamTLS, s.envoy.name, s.envoy.version, s.envoy.name, ca, s.dir)
	if s.envoy.secret {
		s.bootstrap += fmt.Sprintf(ownSecret, own, s.dir)
	}
	s.stack.startEnvoy(flags...)
}

// envoyIs says whether the version of the Envoy under test begins so.
func envoyIs(t testing.TB, prefix string) bool {
	out, err := exec.Command(envoy, "--version").Output()
	must(t, err)
	return strings.Contains(string(out), "/"+prefix)
}
