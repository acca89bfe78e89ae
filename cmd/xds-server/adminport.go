package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
)

// adminPort opens the port of status and health.
func adminPort(ctx context.Context, f serveFlags, _ *slog.Logger, l *live.Live) (port, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", f.adminAddress)
	if err != nil {
		return port{}, fmt.Errorf("--admin-address: %w", err)
	}
	return port{
		address: lis.Addr().String(),
		run:     func(ctx context.Context) error { return admin.Serve(ctx, lis, admin.Handler(admin.Of(l))) },
		close:   func() { _ = lis.Close() },
	}, nil
}
