package config

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// serverTLS reads what the listener shows to its clients.
func (v value) serverTLS() *KeyPair {
	var p KeyPair
	var cert, key *value
	v.fields(
		required("cert", func(v value) { cert = &v }),
		required("key", func(v value) { key = &v }),
	)
	if cert != nil && key != nil {
		v.keyPair(&p, cert, key)
	}
	if p.Cert != nil && mustStaple(p.Leaf()) {
		cert.errorf("%s is to be shown with a stapled OCSP response (must-staple), without which Envoy refuses it, and none is sent", quote(p.CertPath))
	}
	return &p
}

// tlsFeature is the extension by which a certificate asks for a stapled response (RFC 7633).
var tlsFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

// mustStaple says whether Envoy takes c for a server's with an OCSP response only (its
// ocsp_staple); it takes the same for a client's without.
func mustStaple(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(tlsFeature) })
}

// keyPair reads a certificate, with those of the CAs between it and the root after it, and
// the key to it. What Envoy would refuse is an error here.
func (v value) keyPair(p *KeyPair, cert, key *value) {
	switch {
	case key == nil:
		cert.errorf("needs key, the private key to it")
		return
	case cert == nil:
		key.errorf("needs cert, the certificate that it belongs to")
		return
	}
	var data, chain []byte
	var certOK, keyOK bool
	if p.CertPath, data, certOK = cert.file(maxCABytes); certOK {
		var err error
		if chain, err = certificates(data); err != nil {
			cert.errorf("%s %v", quote(p.CertPath), err)
			certOK = false
		}
	}
	p.KeyPath, data, keyOK = key.file(maxCABytes)
	if !keyOK {
		return
	}
	private, block, err := privateKey(data)
	if err != nil {
		key.errorf("%s %v", quote(p.KeyPath), err)
		return
	}
	if !certOK {
		return
	}
	all := leaves(chain)
	switch wrong := weak(all[0]); {
	case wrong != "":
		cert.errorf("%s %s", quote(p.CertPath), wrong)
	case !belongs(all[0], private):
		for i, c := range all {
			if belongs(c, private) {
				cert.errorf("%s has the certificate for the key in place %d; it must come first, then those of its CAs", quote(p.CertPath), i+1)
				return
			}
		}
		key.errorf("%s is not the key to the certificate in %s", quote(p.KeyPath), quote(p.CertPath))
	default:
		p.Cert, p.Key = chain, pem.EncodeToMemory(block)
	}
}

// Leaf is the certificate that the key belongs to.
func (p *KeyPair) Leaf() *x509.Certificate { return leaves(p.Cert)[0] }

// leaves are the certificates in a bundle that certificates returned.
func leaves(bundle []byte) (all []*x509.Certificate) {
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil // certificates parsed it
		}
		all = append(all, c)
	}
	return all
}

// privateKey reads the one key in a PEM file.
func privateKey(data []byte) (key crypto.Signer, block *pem.Block, err error) {
	for b, rest := pem.Decode(data); b != nil; b, rest = pem.Decode(rest) {
		switch {
		case b.Type == "EC PARAMETERS" || b.Type == "CERTIFICATE":
			continue // openssl writes the first before a key, others keep both in one file
		case b.Type == "ENCRYPTED PRIVATE KEY" || bytes.Contains([]byte(b.Headers["Proc-Type"]), []byte("ENCRYPTED")):
			return nil, nil, errors.New("is encrypted; Envoy needs it in clear (openssl pkey -in FILE)")
		case !strings.HasSuffix(b.Type, "PRIVATE KEY"):
			return nil, nil, fmt.Errorf("must hold a private key, not %s", blockType(b.Type))
		case block != nil:
			return nil, nil, errors.New("has two private keys")
		}
		block = &pem.Block{Type: b.Type, Bytes: b.Bytes}
	}
	if block == nil {
		return nil, nil, errors.New("has no private key in PEM form")
	}
	var parsed any
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
		func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	} {
		if parsed, err = parse(block.Bytes); err == nil {
			break
		}
	}
	key, ok := parsed.(crypto.Signer)
	if err != nil || !ok {
		return nil, nil, errors.New("has a private key that cannot be read")
	}
	return key, block, nil
}

// belongs says whether key is the key to c.
func belongs(c *x509.Certificate, key crypto.Signer) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

// weak says why Envoy does not show a certificate of its own such as c, or returns "": measured
// on 1.36 and 1.40.
func weak(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 {
			return fmt.Sprintf("has an RSA key of %d bits; Envoy takes 2048 and more", bits)
		}
		return ""
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return ""
		}
	case ed25519.PublicKey:
		return ""
	}
	return "must have an RSA or Ed25519 key, or an ECDSA key on P-256, P-384 or P-521: Envoy takes no other"
}
