package main

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/live"
)

// listen opens the ports, now that there is something to serve.
func listen(ctx context.Context, parts *errgroup.Group, f serveFlags, log *slog.Logger, l *live.Live) error {
	serveEnvoys, err := xdsPort(ctx, f, log, l)
	if err != nil {
		return err
	}
	serveAdmin, err := adminPort(ctx, f, log, l)
	if err != nil {
		serveEnvoys.close()
		return err
	}
	log.Info("serving", "xds_address", serveEnvoys.address, "admin_address", serveAdmin.address)
	parts.Go(func() error { return serveAdmin.run(ctx) })
	return serveEnvoys.run(ctx)
}

// port is open; run answers on it until its context is done, and close is for one that never ran.
type port struct {
	address string
	run     func(context.Context) error
	close   func()
}
