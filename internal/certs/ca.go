// Package certs makes a CA and the certificates that it signs: for trying mTLS, for Compose and for tests.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// CA signs certificates. Its key is ECDSA on P-256, as are theirs.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pair Pair
}

// Pair is a certificate and its key, each in PEM.
type Pair struct{ Cert, Key []byte }

// NewCA makes a CA that signs itself. name is its common name; a zero notAfter is ten years from now.
func NewCA(name string, notAfter time.Time) (*CA, error) {
	now := time.Now()
	if notAfter.IsZero() {
		notAfter = now.AddDate(10, 0, 0)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             before(now, notAfter),
		NotAfter:              notAfter,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	pair, err := sign(template, nil)
	if err != nil {
		return nil, fmt.Errorf("making the CA %q: %w", name, err)
	}
	return ReadCA(pair)
}

// ReadCA is the CA whose certificate and key pair has.
func ReadCA(pair Pair) (*CA, error) {
	cert, err := pair.Leaf()
	if err != nil {
		return nil, err
	}
	if !cert.IsCA {
		return nil, errors.New("the certificate is not that of a CA")
	}
	block, _ := pem.Decode(pair.Key)
	if block == nil {
		return nil, errors.New("the key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New("the key is not that of the certificate")
	}
	return &CA{cert: cert, key: key, pair: pair}, nil
}

// PEM is the CA's certificate.
func (ca *CA) PEM() []byte { return ca.pair.Cert }

// Pair is the CA's certificate and its key.
func (ca *CA) Pair() Pair { return ca.pair }

// sign makes a key and a certificate for it. Without a CA the certificate is signed by its own key.
func sign(template *x509.Certificate, ca *CA) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Pair{}, err
	}
	parent, signer := template, key
	if ca != nil {
		parent, signer = ca.cert, ca.key
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return Pair{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	return Pair{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
	}, nil
}

// before is an hour before t, for machines that disagree about the time, and earlier yet where notAfter is.
func before(t, notAfter time.Time) time.Time {
	if notAfter.Before(t) {
		t = notAfter
	}
	return t.Add(-time.Hour)
}
