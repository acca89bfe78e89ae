// Package identity says who is at the other end of a connection, by the certificate that it showed.
package identity

import (
	"context"
	"crypto/x509"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

var dnsName = regexp.MustCompile(`^[a-z0-9_*-]+([.][a-z0-9_*-]+)*$`)

// Certificate is what a verified certificate says of its holder.
type Certificate struct {
	// Names are its subject alternative names: DNS names in lower case, then URIs, of which a SPIFFE ID
	// is one. The common name is not among them (RFC 9525, 6.3).
	Names    []string
	NotAfter time.Time
}

// Of reads a certificate. A DNS name that could pass for a URI, or a URI for a DNS name, is left out:
// not every CA checks what it writes into either.
func Of(leaf *x509.Certificate) Certificate {
	c := Certificate{NotAfter: leaf.NotAfter}
	for _, name := range leaf.DNSNames {
		if name = strings.ToLower(name); dnsName.MatchString(name) {
			c.Names = append(c.Names, name)
		}
	}
	for _, uri := range leaf.URIs {
		if uri.Scheme != "" {
			c.Names = append(c.Names, uri.String())
		}
	}
	c.Names = slices.Compact(c.Names)
	return c
}

// Caller is the certificate of the client of an RPC. ok is false where the connection is plaintext, or
// no certificate was verified on it.
func Caller(ctx context.Context) (c Certificate, ok bool) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return Certificate{}, false
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.VerifiedChains) == 0 {
		return Certificate{}, false
	}
	return Of(info.State.VerifiedChains[0][0]), true
}

// String lists the names, or says that there are none.
func (c Certificate) String() string {
	if len(c.Names) == 0 {
		return "a certificate without DNS name or URI"
	}
	return strings.Join(c.Names, ", ")
}
