package config

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// maxCABytes is four times the size of the bundle that a Linux distribution ships.
const maxCABytes = 1 << 20

// tls reads how an upstream is verified; host is the upstream's.
func (v value) tls(host string) *TLS {
	var t TLS
	var cert, key *value
	if _, err := netip.ParseAddr(host); err != nil {
		t.SNI = host
	}
	v.fields(
		optional("sni", func(v value) { t.SNI = v.sni() }),
		optional("ca", func(v value) { t.CAPath, t.CA = v.ca() }),
		optional("cert", func(v value) { cert = &v }),
		optional("key", func(v value) { key = &v }),
	)
	if cert != nil || key != nil {
		t.Client = &KeyPair{}
		v.keyPair(t.Client, cert, key)
	}
	return &t
}

func (v value) sni() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if _, err := netip.ParseAddr(s); err == nil {
		v.errorf("must be a host name; an IP address cannot be asked for in TLS (RFC 6066)")
	} else if wrong := notAHost(s); wrong != "" {
		v.errorf("%s", wrong)
	}
	return strings.ToLower(s)
}

func (v value) ca() (path string, bundle []byte) {
	path, data, ok := v.file(maxCABytes)
	if !ok {
		return path, nil
	}
	bundle, err := certificates(data)
	if err != nil {
		v.errorf("%s %v", quote(path), err)
	}
	return path, bundle
}

// blockTypes are what blocks of PEM files are called (RFC 7468, and what openssl and ssh-keygen write).
var blockTypes = strings.Split("PRIVATE KEY,ENCRYPTED PRIVATE KEY,RSA PRIVATE KEY,EC PRIVATE KEY,DSA PRIVATE KEY,OPENSSH PRIVATE KEY,"+
	"PUBLIC KEY,RSA PUBLIC KEY,CERTIFICATE,TRUSTED CERTIFICATE,X509 CERTIFICATE,CERTIFICATE REQUEST,NEW CERTIFICATE REQUEST,"+
	"X509 CRL,PKCS7,CMS,DH PARAMETERS,EC PARAMETERS", ",")

// blockType names a block of a PEM file where its type is a known one: it may be anything.
func blockType(name string) string {
	if slices.Contains(blockTypes, name) {
		return "a block of type " + quote(name)
	}
	return "a block of a type that is none of theirs"
}

// reason is what err adds to a message, "" where it may repeat what it read, which it does in quotes.
func reason(err error) string {
	if text := err.Error(); !strings.ContainsAny(text, "\"'`") {
		return ": " + text
	}
	return ""
}

// certificates returns the certificates in a PEM file, and only these: what stands
// between them has no meaning, and everything in the bundle is sent to Envoy, which shows
// it to whoever reads its config dump.
func certificates(data []byte) ([]byte, error) {
	var bundle []byte
	begun := bytes.Count(data, []byte("-----BEGIN "))
	count := 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		count++
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("must hold certificates only, not %s", blockType(block.Type))
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("has a certificate that cannot be read, number %d%s", count, reason(err))
		}
		bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
	}
	switch {
	case begun == 0:
		return nil, fmt.Errorf("has no certificate in PEM form")
	case count < begun:
		return nil, fmt.Errorf("is damaged: %d of its %d PEM blocks can be read", count, begun)
	}
	return bundle, nil
}
