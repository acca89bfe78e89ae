package snapshot

import (
	"fmt"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
)

// systemCAs is the bundle on Envoy's machine that is trusted where the config names no CA.
// Debian, Ubuntu, Alpine and Envoy's own images have it there. Envoy 1.40 accepts
// `system_root_certs` too, and then verifies nothing.
const systemCAs = "/etc/ssl/certs/ca-certificates.crt"

// upstreamTLS verifies the chain and the name. Envoy verifies nothing without a
// validation context, and with a CA alone only the chain (Envoy docs, "Enabling
// certificate verification").
func upstreamTLS(u config.Upstream) (*corev3.TransportSocket, error) {
	trusted := &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: systemCAs}}
	if u.TLS.CA != nil {
		trusted = inline(u.TLS.CA)
	}
	validation := &tlsv3.CertificateValidationContext{TrustedCa: trusted}
	if u.TLS.SNI == "" {
		// An IP address is no SNI (RFC 6066); the certificate must name the address itself.
		validation.MatchTypedSubjectAltNames = []*tlsv3.SubjectAltNameMatcher{{
			SanType: tlsv3.SubjectAltNameMatcher_IP_ADDRESS,
			Matcher: &matcherv3.StringMatcher{
				MatchPattern: &matcherv3.StringMatcher_Exact{Exact: u.Host},
			},
		}}
	}
	return tlsSocket(&tlsv3.UpstreamTlsContext{
		Sni:                  u.TLS.SNI,
		AutoSniSanValidation: u.TLS.SNI != "",
		CommonTlsContext: &tlsv3.CommonTlsContext{
			TlsCertificateSdsSecretConfigs: shown(upstreamSecret(u.Name), u.TLS.Client),
			ValidationContextType:          &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: validation},
		},
	})
}

// listenerTLS takes TLS connections, those of HTTP/2 clients by ALPN; nil for plaintext.
func listenerTLS(l config.Listener) (*corev3.TransportSocket, error) {
	if l.TLS == nil {
		return nil, nil
	}
	return tlsSocket(&tlsv3.DownstreamTlsContext{CommonTlsContext: &tlsv3.CommonTlsContext{
		TlsCertificateSdsSecretConfigs: shown(listenerName, l.TLS),
		AlpnProtocols:                  []string{"h2", "http/1.1"},
	}})
}

// tlsSocket speaks TLS as context, an UpstreamTlsContext or a DownstreamTlsContext, says.
func tlsSocket(context proto.Message) (*corev3.TransportSocket, error) {
	packed, err := pack(context)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return &corev3.TransportSocket{
		Name:       "envoy.transport_sockets.tls",
		ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: packed},
	}, nil
}
