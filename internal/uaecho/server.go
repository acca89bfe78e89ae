// Package uaecho is the local upstream of the demo and the tests: a TLS server with a certificate of its own making,
// whose answers show what arrived.
package uaecho

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// DefaultHosts are the names that a certificate is made for when none are given.
func DefaultHosts() []string { return []string{"localhost", "ua-echo", "127.0.0.1", "::1"} }

// Options for New; the zero value is ready to use.
type Options struct {
	Hosts     []string     // names and addresses of the certificate; DefaultHosts when empty
	Plaintext bool         // no TLS, and no CA: HTTP/1.1 and HTTP/2 with prior knowledge
	Handler   http.Handler // Handler() when nil
	HTTP      int          // 1 or 2: that version only
	Log       *slog.Logger // refused handshakes, mostly; dropped when nil
}

// Server answers on one listener. It speaks HTTP/1.1 and HTTP/2.
type Server struct {
	ca   []byte
	http *http.Server
}

// New makes a server with a CA and a certificate that no other server has.
func New(o Options) (*Server, error) {
	if o.Handler == nil {
		o.Handler = Handler()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{http: &http.Server{
		Handler:           o.Handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
		Protocols:         new(http.Protocols),
	}}
	s.http.Protocols.SetHTTP1(o.HTTP != 2)
	if o.Plaintext {
		s.http.Protocols.SetUnencryptedHTTP2(o.HTTP != 1)
		return s, nil
	}
	s.http.Protocols.SetHTTP2(o.HTTP != 1)
	if len(o.Hosts) == 0 {
		o.Hosts = DefaultHosts()
	}
	ca, leaf, err := issue(o.Hosts)
	if err != nil {
		return nil, err
	}
	s.ca = ca
	s.http.TLSConfig = &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12}
	return s, nil
}

// CA is the certificate, in PEM, by which clients verify this server; empty on a plaintext one.
func (s *Server) CA() []byte { return s.ca }

// Run serves on the listener, which it closes, until ctx ends; then it gives requests under way a second to finish.
// A server runs once. The error is nil when ctx ended it.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		serve := s.http.Serve
		if s.http.TLSConfig != nil {
			serve = func(l net.Listener) error { return s.http.ServeTLS(l, "", "") }
		}
		if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if s.http.Shutdown(grace) != nil {
			return s.http.Close()
		}
		return nil
	})
	return group.Wait()
}
