package certs

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Leaf is what a certificate is to say.
type Leaf struct {
	// Names are its subject alternative names: DNS names, IP addresses, and URIs such as SPIFFE IDs. The first
	// is its common name too.
	Names []string
	// Use is what it may be used for: both where it is zero.
	Use Use
	// NotBefore is an hour ago where it is zero, NotAfter a year from now.
	NotBefore, NotAfter time.Time
}

// Use is who may show a certificate.
type Use int

// A certificate is shown by a server, a client, or either.
const (
	Both Use = iota
	Server
	Client
)

var extUsages = map[Use][]x509.ExtKeyUsage{
	Both:   {x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	Server: {x509.ExtKeyUsageServerAuth},
	Client: {x509.ExtKeyUsageClientAuth},
}

// Issue makes a key and a certificate that the CA signed. A name that is neither a DNS name, an IP address nor a
// URI is an error.
func (ca *CA) Issue(l Leaf) (Pair, error) {
	now := time.Now()
	if l.NotAfter.IsZero() {
		l.NotAfter = now.AddDate(1, 0, 0)
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = before(now, l.NotAfter)
	}
	template := &x509.Certificate{
		NotBefore:   l.NotBefore,
		NotAfter:    l.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: extUsages[l.Use],
	}
	for i, name := range l.Names {
		if i == 0 && len(name) <= 64 { // the most that a common name may have
			template.Subject = pkix.Name{CommonName: name}
		}
		if err := addName(template, name); err != nil {
			return Pair{}, err
		}
	}
	pair, err := sign(template, ca)
	if err != nil {
		return Pair{}, fmt.Errorf("making a certificate for %q: %w", l.Names, err)
	}
	return pair, nil
}

// CheckName returns an error for a name that no certificate can have.
func CheckName(name string) error { return addName(&x509.Certificate{}, name) }

func addName(template *x509.Certificate, name string) error {
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = append(template.IPAddresses, ip)
		return nil
	}
	if strings.Contains(name, "://") {
		uri, err := url.Parse(name)
		if err != nil {
			return fmt.Errorf("name %q: is no URI", name)
		}
		if uri.Host == "" {
			return fmt.Errorf("name %q: the URI has no host", name)
		}
		template.URIs = append(template.URIs, uri)
		return nil
	}
	if name == "" || strings.ContainsFunc(name, notInDNS) {
		return fmt.Errorf("name %q: must be a DNS name, an IP address or a URI", name)
	}
	template.DNSNames = append(template.DNSNames, name)
	return nil
}

func notInDNS(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._*", r))
}

// Leaf is the first certificate of the pair.
func (p Pair) Leaf() (*x509.Certificate, error) {
	block, _ := pem.Decode(p.Cert)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("the certificate is not PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// TLS is the pair as crypto/tls takes it.
func (p Pair) TLS() (tls.Certificate, error) { return tls.X509KeyPair(p.Cert, p.Key) }
