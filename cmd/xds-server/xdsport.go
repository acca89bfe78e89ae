package main

import (
	"context"
	"log/slog"
	"net"

	grpcprom "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	"google.golang.org/grpc"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/mtls"
)

// xdsPort answers Envoys.
func xdsPort(f serveFlags, lis net.Listener, log *slog.Logger, l *live.Live) port {
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
	return func(ctx context.Context) error {
		return l.Serve(ctx, &acceptLog{Listener: lis, log: log}, options...)
	}
}
