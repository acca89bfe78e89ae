package main

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"path/filepath"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// dial connects as an Envoy with our bootstrap does: TCP may take a second, with TLS five; then it waits, longer each time.
func dial(ctx context.Context, address string, config *tls.Config, retries func()) (net.Conn, error) {
	const least, most = 250 * time.Millisecond, 3 * time.Second
	for wait := least; ; wait = min(2*wait, most) {
		conn, err := try(ctx, address, config)
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		retries()
		select {
		case <-time.After(rand.N(wait)):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func try(ctx context.Context, address string, config *tls.Config) (net.Conn, error) {
	patience := time.Second // as in the bootstrap
	if config != nil {
		patience = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil || config == nil {
		return conn, err
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

// certificates writes the server's into dir, with the flags that name them, and returns what a client shows and trusts.
func certificates(dir string) (flags []string, client *tls.Config, err error) {
	ca, err := certs.NewCA("fanout", time.Time{})
	if err != nil {
		return nil, nil, err
	}
	server, err := ca.Issue(certs.Leaf{Names: []string{"xds.example"}, Use: certs.Server})
	if err == nil {
		err = server.Write(dir, ca.PEM())
	}
	if err != nil {
		return nil, nil, err
	}
	own, err := ca.Issue(certs.Leaf{Names: []string{"spiffe://example.org/ns/edge/envoy"}, Use: certs.Client})
	if err != nil {
		return nil, nil, err
	}
	pair, err := own.TLS()
	if err != nil {
		return nil, nil, err
	}
	return []string{
			"--tls-cert", filepath.Join(dir, certs.CertFile), "--tls-key", filepath.Join(dir, certs.KeyFile),
			"--tls-client-ca", filepath.Join(dir, certs.CAFile),
		}, &tls.Config{
			Certificates: []tls.Certificate{pair}, ServerName: "xds.example", NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS13,
			InsecureSkipVerify: true, //nolint:gosec // Envoys verify on machines of their own, and these share the server's
		}, nil
}
