package identity_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"testing"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/livefilter/livefilter/internal/identity"
)

func TestCaller(t *testing.T) {
	leaf := &x509.Certificate{DNSNames: []string{"Edge-1.example.com"}, URIs: []*url.URL{{Scheme: "spiffe", Host: "example.com", Path: "/edge"}}}
	for _, test := range []struct {
		name string
		peer peer.Peer
		want string
		ok   bool
	}{
		{"plaintext", peer.Peer{}, "", false},
		{"not verified", peer.Peer{AuthInfo: credentials.TLSInfo{State: tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}}}, "", false},
		{"verified", peer.Peer{AuthInfo: credentials.TLSInfo{State: tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf}}}}},
			"edge-1.example.com, spiffe://example.com/edge", true},
	} {
		c, ok := identity.Caller(peer.NewContext(context.Background(), &test.peer))
		if ok != test.ok || ok && c.String() != test.want {
			t.Errorf("%s: %v, %v", test.name, c, ok)
		}
	}
	if _, ok := identity.Caller(context.Background()); ok {
		t.Error("a caller without a connection")
	}
}

// What a CA let somebody write as a name of one kind is no name of the other.
func TestNames(t *testing.T) {
	parse := func(text string) *url.URL {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	c := identity.Of(&x509.Certificate{
		DNSNames: []string{"a.b", "spiffe://example.com/edge", "*.b", "a b", "a\nb", "a..b", "", "a_1.b"},
		URIs:     []*url.URL{parse("a.b"), parse("//a.b"), parse("spiffe://example.com/a\u00e4"), parse("urn:uuid:1")},
	})
	if want := "a.b, *.b, a_1.b, spiffe://example.com/a%C3%A4, urn:uuid:1"; c.String() != want {
		t.Errorf("got %s, want %s", c, want)
	}
}
