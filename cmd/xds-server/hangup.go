package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/livefilter/livefilter/internal/live"
)

// notifyHangups takes SIGHUP, which would end the process otherwise, from now until stop.
func notifyHangups() (hangups <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1) // those that come while one is being followed are one
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// followHangups has l try again at each hangup, until ctx is done.
func followHangups(ctx context.Context, hangups <-chan os.Signal, l *live.Live) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangups:
			_, _ = l.Retry(ctx, "SIGHUP") // the log has what came of it
		}
	}
}
