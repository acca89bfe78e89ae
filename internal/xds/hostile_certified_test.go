package xds

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/mtls"
)

// certified returns the two sides' credentials, of one CA.
func certified(t *testing.T) (server, client credentials.TransportCredentials) {
	dir := t.TempDir()
	ca, err := certs.NewCA("test", time.Time{})
	must(t, err)
	pair, err := ca.Issue(certs.Leaf{Names: []string{"127.0.0.1"}})
	must(t, err)
	must(t, pair.Write(dir, ca.PEM()))
	keys, err := mtls.Open(slog.New(slog.DiscardHandler), mtls.Files{
		Cert: filepath.Join(dir, certs.CertFile), Key: filepath.Join(dir, certs.KeyFile), CA: filepath.Join(dir, certs.CAFile),
	})
	must(t, err)
	own, err := pair.TLS()
	must(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.PEM())
	return keys.Credentials(), credentials.NewTLS(&tls.Config{RootCAs: roots, Certificates: []tls.Certificate{own}})
}

// A client with a certificate is bounded as one over plaintext is: a certificate says who it is, not that it is good.
func TestHostileWithACertificate(t *testing.T) {
	no := "no"
	server, client := certified(t)
	for _, a := range []hostility{
		{"76,000 made-up types", codes.OK, "", loops(func(i int) request {
			return request{typeURL: fmt.Sprintf("example.com/T%d", i%76_000), subscribe: []string{"f"}}
		})},
		{"a NACK of everything at once", codes.OK, "", answers("nack", func(typeURL, nonce string) request {
			return request{typeURL: typeURL, subscribe: subscribed(typeURL), nonce: nonce, nack: &no}
		})},
		{"it comes and goes", codes.OK, "", storm(func(i int) string { return fmt.Sprint(i) })},
	} {
		t.Run(a.name, func(t *testing.T) {
			s := New(slog.New(slog.DiscardHandler), Options{GoneAfter: time.Minute}, func(Event) {})
			a.run(&hostile{t: t, s: s, delta: true, address: start(t, s, grpc.Creds(server)), creds: client})
		})
	}
}
