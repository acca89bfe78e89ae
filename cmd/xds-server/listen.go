package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/sparing"
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

// onLoopback says whether nobody but this machine reaches a port that listens on address.
func onLoopback(address string) (bool, error) {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	return err == nil && tcp.IP.IsLoopback(), err
}

// acceptLog logs why no connection can be taken (too many files are open, say), once a minute: gRPC says nothing.
type acceptLog struct {
	net.Listener
	log   *slog.Logger
	lines sparing.Lines
}

func (a *acceptLog) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		if before, ok := a.lines.Allow("", time.Now()); ok {
			a.log.Error("no connection can be taken", "xds_address", a.Addr().String(), "err", err, "before", before)
		}
	}
	return conn, err
}
