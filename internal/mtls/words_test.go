package mtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"
)

// wordy is a certificate of nobody whose URI, which cannot be read, is n bytes long.
func wordy(t *testing.T, n int) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	uri := append([]byte("spiffe://[\x1b[31m"), strings.Repeat("x", n)...)
	names, err := asn1.Marshal([]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: uri}})
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: names}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A client without a certificate of ours does not fill the log by what its own says of itself.
func TestWordsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	cert := wordy(t, 50_000)
	c := r.client()
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	if _, err := r.hello(c); err == nil {
		t.Fatal("it is taken")
	}
	eventually(t, "a line", func() bool { return r.log.count("handshake refused") == 1 })
	if n := len(r.log.String()); n > 2000 {
		t.Errorf("%d bytes: %.300s", n, r.log)
	}
}
