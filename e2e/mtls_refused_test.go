package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// What Envoy says of its stream: in TLS 1.3 it takes the handshake for done before the server has looked at its
// certificate, and says no more than that the connection ended.
const (
	verifyFailed = `gRPC config stream to xds closed.*TLS_error:.*CERTIFICATE_VERIFY_FAILED:(TLS_error_end|verify_cert_failed:_` // up to 1.37 no more
	terminated   = `gRPC config stream to xds closed.*reset reason: connection termination`
)

// Whatever is wrong, the server's log and Envoy's own say so, each in words that docs/how-to/when-something-is-wrong.md explains;
// and where files can mend it, mending them is enough.
func TestMTLSRefused(t *testing.T) {
	edge := certs.Leaf{Names: []string{"edge-1.example"}, Use: certs.Client}
	server := certs.Leaf{Names: []string{serverName}, Use: certs.Server}
	ago, later := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	strangers := newCA(t, "strangers")
	issue := func(who string, l certs.Leaf) func(*mutual) { return func(s *mutual) { s.issue(who, l) } }
	for name, test := range map[string]struct {
		spoil, mend   func(s *mutual)
		server, envoy string // in their logs
	}{
		"expired": {
			issue("edge", certs.Leaf{Names: edge.Names, NotAfter: ago}), issue("edge", edge),
			`reason=expired err="the client's certificate \(edge-1.example\) expired at \S+: renew it`, terminated,
		},
		"not yet valid": {
			issue("edge", certs.Leaf{Names: edge.Names, NotBefore: later}), issue("edge", edge),
			`reason=not_yet_valid err="the client's certificate \(edge-1.example\) is not valid before \S+, and here it is`, terminated,
		},
		"of another CA": {
			func(s *mutual) { s.issueBy(strangers, "edge", edge) }, issue("edge", edge),
			`reason=unknown_ca err="the client's certificate \(edge-1.example\) is of CN=strangers, which is not in`, terminated,
		},
		"for servers": {
			issue("edge", certs.Leaf{Names: edge.Names, Use: certs.Server}), issue("edge", edge),
			`reason=wrong_usage err="the client's certificate \(edge-1.example\) is not for clients`, terminated,
		},
		"none": {
			func(s *mutual) {
				s.edit = func(b string) string {
					return regexp.MustCompile(`(?s) *tls_certificate_sds_secret_configs:.*?V3\n`).ReplaceAllString(b, "")
				}
			}, nil,
			`reason=no_certificate err="the client shows no certificate`, terminated,
		},
		"no file": {
			func(s *mutual) { must(s.t, os.Remove(s.path("edge", certs.CertFile))) }, issue("edge", edge),
			``, `gRPC config stream to xds closed.*TLS_error:_Secret_is_not_supplied_by_SDS`,
		},
		"TLS 1.2": {
			func(s *mutual) {
				s.edit = func(b string) string { return strings.ReplaceAll(b, "TLSv1_3", "TLSv1_2") }
			}, nil,
			`reason=old_version err="the client speaks no TLS 1.3`, `gRPC config stream to xds closed.*TLSV1_ALERT_PROTOCOL_VERSION`,
		},
		"the server is of another CA": {
			func(s *mutual) { s.issueBy(strangers, "server", server) }, issue("server", server),
			`reason=we_are_not_trusted err="the client ended the handshake \(unknown certificate authority\): its CA file .* \(CN=strangers\)"`,
			verifyFailed + `X509_verify_cert:_certificate_verification_error_at_depth_0:_unable_to_get_local_issuer_certificate)`,
		},
		"the server has another name": {
			issue("server", certs.Leaf{Names: []string{"other.example"}}), issue("server", server),
			`reason=we_are_not_trusted err="the client ended the handshake \(unknown certificate\): the name that it expects \(--tls-name\) must be one of other.example"`,
			verifyFailed + `SAN_matcher(,_certificate_SANs_are_\[other.example\]|:TLS_error_end))`, // up to 1.37 without the names
		},
		"the server's is expired": {
			issue("server", certs.Leaf{Names: server.Names, NotAfter: ago}), issue("server", server),
			`reason=we_are_not_trusted err="the client ended the handshake \(expired certificate\): .* ends at \S+: renew it`,
			verifyFailed + `X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired)`,
		},
		"plaintext": {
			func(s *mutual) { s.tls = nil }, nil,
			`reason=plaintext err="the client speaks plaintext HTTP/2`, terminated,
		},
		"TLS at a plaintext port": {
			func(s *mutual) { s.flags = nil }, nil,
			`reason=tls_at_plaintext_port err="the client speaks TLS, and this port is plaintext`, `gRPC config stream to xds closed.*remote connection failure`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newMutual(t)
			test.spoil(s)
			s.startServer()
			s.startEnvoy()
			if test.server != "" {
				s.server.await(`level=WARN msg="handshake refused" address=127.0.0.1:\d+ ` + test.server)
			}
			s.envoy.await(test.envoy)
			if name == "no file" && envoyIs(t, "1.36.") {
				t.Skip("an Envoy 1.36 that starts without the files of a secret ends when they come (std::terminate)")
			}
			if test.mend != nil {
				test.mend(s)
				s.live()
			}
		})
	}
}
