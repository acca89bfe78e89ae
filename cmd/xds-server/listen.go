package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/sparing"
	"github.com/livefilter/livefilter/internal/spelling"
	"github.com/livefilter/livefilter/internal/usage"
)

// sockets are the two ports, bound and not yet answered on: connections wait.
type sockets struct{ xds, admin net.Listener }

// bind takes the ports before anything is read or said, so that one that is taken ends the start at once.
func bind(ctx context.Context, f serveFlags) (s sockets, err error) {
	if s.xds, err = listenOn(ctx, "--xds-address", f.xdsAddress); err != nil {
		return s, err
	}
	if s.admin, err = listenOn(ctx, "--admin-address", f.admin.address); err != nil {
		_ = s.xds.Close()
	}
	return s, err
}

// close is for an end at which nobody answers on the sockets, and does no harm at others.
func (s sockets) close() {
	_ = s.xds.Close()
	_ = s.admin.Close()
}

// answer answers on the ports, now that there is something to serve.
func answer(ctx context.Context, parts *errgroup.Group, f serveFlags, s sockets, log *slog.Logger, l *live.Live) error {
	serveEnvoys, serveAdmin := xdsPort(f, s.xds, log, l), adminPort(f, s.admin, log, l)
	log.Info("serving", "xds_address", s.xds.Addr().String(), "admin_address", s.admin.Addr().String())
	log.Info("waiting for Envoys: once all of them run this config, it is live", "expected", max(1, f.fleet.Expect))
	if f.beside != nil {
		if err := f.beside.serving(ctx, parts, l, s.xds.Addr().String(), s.admin.Addr().String()); err != nil {
			return err
		}
	}
	parts.Go(func() error { return serveAdmin(ctx) })
	return serveEnvoys(ctx)
}

// port answers until its context is done.
type port func(context.Context) error

// onLoopback says whether nobody but this machine reaches a port that listens on the address of a flag.
func onLoopback(flag, address string) (bool, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false, usage.Errorf("%s %s: must be HOST:PORT, or :PORT for all addresses of this machine", flag, spelling.Quote(address))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return false, usage.Errorf("%s %s: the port must be a number from 0 to 65535", flag, spelling.Quote(address))
	}
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return false, usage.Errorf("%s %s: this machine has no address %s: DNS does not know it", flag, spelling.Quote(address), spelling.Quote(host))
	}
	return tcp.IP.IsLoopback(), nil
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
