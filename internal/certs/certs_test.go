package certs_test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

func newCA(t *testing.T) *certs.CA {
	t.Helper()
	ca, err := certs.NewCA("test CA", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func issue(t *testing.T, ca *certs.CA, l certs.Leaf) *x509.Certificate {
	t.Helper()
	pair, err := ca.Issue(l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pair.TLS(); err != nil {
		t.Fatal(err)
	}
	leaf, err := pair.Leaf()
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func verify(t *testing.T, ca *certs.CA, leaf *x509.Certificate, name string, use x509.ExtKeyUsage) error {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.PEM()) {
		t.Fatal("the CA is not PEM")
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, KeyUsages: []x509.ExtKeyUsage{use}})
	return err
}

func TestIssue(t *testing.T) {
	ca := newCA(t)
	leaf := issue(t, ca, certs.Leaf{Names: []string{"xds.example.com", "192.0.2.1", "::1", "spiffe://example.com/xds"}})
	for _, name := range []string{"xds.example.com", "192.0.2.1", "[::1]", ""} {
		for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			if err := verify(t, ca, leaf, name, use); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if len(leaf.URIs) != 1 || leaf.URIs[0].String() != "spiffe://example.com/xds" {
		t.Error(leaf.URIs)
	}
	if verify(t, ca, leaf, "other.example.com", x509.ExtKeyUsageServerAuth) == nil || verify(t, newCA(t), leaf, "", x509.ExtKeyUsageAny) == nil {
		t.Error("another name, or another CA, does as well")
	}
	for _, name := range []string{"", "a b", "spiffe://", "edge\n"} {
		if _, err := ca.Issue(certs.Leaf{Names: []string{name}}); err == nil {
			t.Errorf("a certificate for %q", name)
		}
	}
}

func TestIssueBounds(t *testing.T) {
	ca := newCA(t)
	past := issue(t, ca, certs.Leaf{NotAfter: time.Now().Add(-time.Minute)})
	future := issue(t, ca, certs.Leaf{NotBefore: time.Now().Add(time.Hour)})
	client := issue(t, ca, certs.Leaf{Use: certs.Client})
	for what, leaf := range map[string]*x509.Certificate{"past": past, "future": future, "a client's": client} {
		if verify(t, ca, leaf, "", x509.ExtKeyUsageServerAuth) == nil {
			t.Errorf("%s passes as a server's of now", what)
		}
	}
}

func TestWrite(t *testing.T) {
	ca := newCA(t)
	again, err := certs.ReadCA(ca.Pair())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "edge")
	for range 2 {
		pair, err := again.Issue(certs.Leaf{Names: []string{"edge"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := pair.Write(dir, ca.PEM()); err != nil {
			t.Fatal(err)
		}
		if read, err := certs.ReadPair(dir); err != nil || string(read.Key) != string(pair.Key) || string(read.Cert) != string(pair.Cert) {
			t.Error("what is read is not what was written", err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, certs.KeyFile)); err != nil || info.Mode() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 3 {
		t.Error(files)
	}
	other, _ := newCA(t).Issue(certs.Leaf{})
	for what, pair := range map[string]certs.Pair{
		"nothing": {}, "a leaf": other,
		"another CA's key": {Cert: ca.Pair().Cert, Key: newCA(t).Pair().Key},
	} {
		if _, err := certs.ReadCA(pair); err == nil {
			t.Errorf("%s is a CA", what)
		}
	}
}
