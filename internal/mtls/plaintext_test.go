package mtls

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/identity"
)

// serve answers health checks over the credentials, and returns its address and who asked last.
func serve(t *testing.T, creds credentials.TransportCredentials) (address string, who *string) {
	who = new(string)
	g := grpc.NewServer(grpc.Creds(creds), grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if c, ok := identity.Caller(ctx); ok {
			*who = c.String()
		}
		return next(ctx, req)
	}))
	healthpb.RegisterHealthServer(g, health.NewServer())
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = g.Serve(lis) }()
	t.Cleanup(g.Stop)
	return lis.Addr().String(), who
}

func check(t *testing.T, address string, creds credentials.TransportCredentials, options ...grpc.DialOption) error {
	conn, err := grpc.NewClient(address, append(options, grpc.WithTransportCredentials(creds))...)
	must(t, err)
	defer conn.Close()
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	return err
}

// gRPC works over both, and knows who asks over TLS.
func TestGRPC(t *testing.T) {
	r := newRig(t)
	address, who := serve(t, r.keys.Credentials())
	must(t, check(t, address, credentials.NewTLS(r.client(issue(t, r.ca, certs.Leaf{Names: []string{"edge-1.example"}})))))
	if *who != "edge-1.example" {
		t.Errorf("asked by %q", *who)
	}
	if err := check(t, address, insecure.NewCredentials()); err == nil {
		t.Error("plaintext was let in")
	}
	log := &logged{}
	plain := NewPlaintext(slog.New(slog.NewTextHandler(log, nil)))
	address, who = serve(t, plain)
	must(t, check(t, address, insecure.NewCredentials()))
	if *who != "" || log.String() != "" {
		t.Errorf("asked by %q, logged %s", *who, log)
	}
	for range 3 {
		if err := check(t, address, credentials.NewTLS(&tls.Config{})); err == nil {
			t.Error("TLS was let in")
		}
	}
	if n := log.count("the client speaks TLS, and this port is plaintext"); n != 1 {
		t.Errorf("%d lines:\n%s", n, log)
	}
	if n := testutil.ToFloat64(plain.refused.counts.WithLabelValues(tlsAtPlain)); n < 3 {
		t.Errorf("%v counted", n)
	}
}
