// Package clienttls writes how an Envoy speaks mTLS to a livefilter server: what it shows, and what the server has
// to show. Both are secrets (SDS), so that they follow their files without a restart.
package clienttls

import (
	"errors"
	"net/netip"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// Secrets are where an Envoy finds what it shows, and the CAs of which the server's certificate may be: as a secret,
// or in PEM as they are.
type Secrets struct {
	Certificate, CA *tlsv3.SdsSecretConfig
	InlineCA        []byte
}

// Name is what a server's certificate has to say: a DNS name, which a wildcard in the certificate may stand for, an
// IP address, or a URI such as a SPIFFE ID.
type Name string

// Socket is TLS 1.3 to a server at host that shows a certificate with the name.
func Socket(host string, name Name, s Secrets) (*corev3.TransportSocket, error) {
	sni := host
	if name.sanType() == tlsv3.SubjectAltNameMatcher_DNS {
		sni = string(name)
	} else if _, err := netip.ParseAddr(host); err == nil {
		sni = "" // RFC 6066: no addresses
	}
	common := &tlsv3.CommonTlsContext{
		TlsParams: &tlsv3.TlsParameters{
			TlsMinimumProtocolVersion: tlsv3.TlsParameters_TLSv1_3,
			TlsMaximumProtocolVersion: tlsv3.TlsParameters_TLSv1_3,
		},
		TlsCertificateSdsSecretConfigs: []*tlsv3.SdsSecretConfig{s.Certificate},
	}
	asked := name.asked()
	if s.CA == nil {
		asked.TrustedCa = &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: string(s.InlineCA)}}
		common.ValidationContextType = &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: asked}
	} else {
		common.ValidationContextType = &tlsv3.CommonTlsContext_CombinedValidationContext{
			CombinedValidationContext: &tlsv3.CommonTlsContext_CombinedCertificateValidationContext{
				DefaultValidationContext:         asked,
				ValidationContextSdsSecretConfig: s.CA,
			},
		}
	}
	config, err := anypb.New(&tlsv3.UpstreamTlsContext{Sni: sni, CommonTlsContext: common})
	if err != nil {
		return nil, err
	}
	return &corev3.TransportSocket{
		Name:       "envoy.transport_sockets.tls",
		ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: config},
	}, nil
}

// asked is what the server's certificate is asked for besides a CA.
func (n Name) asked() *tlsv3.CertificateValidationContext {
	return &tlsv3.CertificateValidationContext{
		MatchTypedSubjectAltNames: []*tlsv3.SubjectAltNameMatcher{{
			SanType: n.sanType(),
			Matcher: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: string(n)}},
		}},
	}
}

func (n Name) sanType() tlsv3.SubjectAltNameMatcher_SanType {
	if strings.Contains(string(n), "://") {
		return tlsv3.SubjectAltNameMatcher_URI
	}
	if _, err := netip.ParseAddr(string(n)); err == nil {
		return tlsv3.SubjectAltNameMatcher_IP_ADDRESS
	}
	return tlsv3.SubjectAltNameMatcher_DNS
}

// ParseName is the name, with an IP address as certificates are compared by.
func ParseName(name string) (Name, error) {
	if ip, err := netip.ParseAddr(name); err == nil {
		return Name(ip.WithZone("").String()), nil
	}
	if name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsRune(name, '*') {
		return "", errors.New("must be a DNS name, an IP address or a SPIFFE ID")
	}
	return Name(name), nil
}
