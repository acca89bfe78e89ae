package snapshot

import (
	"fmt"
	"slices"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/xds"
)

// upstreamSecret is the certificate that Envoy shows to an upstream; the listener's is called
// as the listener is.
func upstreamSecret(upstream string) string { return "upstream/" + upstream }

// secrets are the certificates of c with their keys. Each is a resource of its own, so that
// one that is renewed drains no connection: the next handshake has it.
func secrets(c *config.Config) []proto.Message {
	var out []proto.Message
	add := func(name string, p *config.KeyPair) {
		if p != nil {
			out = append(out, &tlsv3.Secret{Name: name, Type: &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{
				CertificateChain: inline(p.Cert), PrivateKey: inline(p.Key),
			}}})
		}
	}
	add(listenerName, c.Listener.TLS)
	for _, u := range c.Upstreams {
		if u.TLS != nil {
			add(upstreamSecret(u.Name), u.TLS.Client)
		}
	}
	return out
}

func inline(b []byte) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: b}}
}

// shown refers to the secret that p is, or to none.
func shown(name string, p *config.KeyPair) []*tlsv3.SdsSecretConfig {
	if p == nil {
		return nil
	}
	return []*tlsv3.SdsSecretConfig{{Name: name, SdsConfig: adsSource()}}
}

// varySecret returns a secret that means the same as base and has another hash: Envoy notes the
// hash of a secret before it uses it, and acknowledges a repeated one unseen (SdsApi::onConfigUpdate).
// A line after the block in a PEM file has no meaning.
func varySecret(base *tlsv3.Secret, v xds.Variation) proto.Message {
	if v == (xds.Variation{}) {
		return base
	}
	out := proto.CloneOf(base)
	key := out.GetTlsCertificate().GetPrivateKey()
	key.Specifier = inline(fmt.Appendf(slices.Clone(key.GetInlineBytes()), "%d %d\n", v.Salt, v.VM)).GetSpecifier()
	return out
}
