package plan

import (
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
)

// secret says what becomes of a certificate and its key (SDS). Where one is added or removed,
// so is what names it: the listener or the cluster speaks for it.
func secret(was, is proto.Message, _, _ set) (Change, error) {
	before, hadIt := was.(*tlsv3.Secret)
	after, hasIt := is.(*tlsv3.Secret)
	if !hadIt || !hasIt {
		return Change{}, nil
	}
	c := Change{Resource: "certificate " + after.GetName(), Effect: "replaced, no drain: the next handshake takes it"}
	if !proto.Equal(before.GetTlsCertificate().GetCertificateChain(), after.GetTlsCertificate().GetCertificateChain()) {
		c.Details = append(c.Details, "cert: changed")
	}
	if !proto.Equal(before.GetTlsCertificate().GetPrivateKey(), after.GetTlsCertificate().GetPrivateKey()) {
		c.Details = append(c.Details, "key: changed")
	}
	return c, nil
}
