package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	grpcprom "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	"google.golang.org/grpc"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/mtls"
)

// xdsPort opens the port that Envoys connect to.
func xdsPort(ctx context.Context, f serveFlags, log *slog.Logger, l *live.Live) (port, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", f.xdsAddress)
	if err != nil {
		return port{}, fmt.Errorf("--xds-address: %w", err)
	}
	streams := grpcprom.NewServerMetrics()
	l.Metrics().MustRegister(streams)
	options := []grpc.ServerOption{
		grpc.StreamInterceptor(streams.StreamServerInterceptor()), grpc.UnaryInterceptor(streams.UnaryServerInterceptor()),
	}
	if f.keys != nil {
		l.Metrics().MustRegister(f.keys)
		options = append(options, grpc.Creds(f.keys.Credentials()))
	} else {
		plain := mtls.NewPlaintext(log)
		l.Metrics().MustRegister(plain)
		options = append(options, grpc.Creds(plain))
	}
	return port{
		address: lis.Addr().String(),
		run:     func(ctx context.Context) error { return l.Serve(ctx, &acceptLog{Listener: lis, log: log}, options...) },
		close:   func() { _ = lis.Close() },
	}, nil
}
