package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/live"
)

type statusFlags struct {
	server     where
	json, wait bool
	timeout    time.Duration
}

func statusCommand() *cobra.Command {
	var f statusFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Say which Envoy runs what, and what any of them refused",
		Long: `Say which Envoy runs what, and what any of them refused.

With --wait, return 0 as soon as the file on disk is live on every connected Envoy, and 1
with the reason when it was refused or the time ran out.`,
		RunE: func(c *cobra.Command, _ []string) error { return status(c.Context(), &f, c.OutOrStdout()) },
	}
	askWhere(c, &f.server)
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	c.Flags().BoolVar(&f.wait, "wait", false, "wait until the file on disk is live")
	c.Flags().DurationVar(&f.timeout, "timeout", 10*time.Second, "how long to wait")
	return c
}

func status(ctx context.Context, f *statusFlags, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	s, err := ask[live.Status](ctx, &f.server, "/status")
	for f.wait && (err != nil || !s.Live && refusal(s) == "") {
		select {
		case <-ctx.Done():
			if err != nil {
				return fmt.Errorf("not live after %s: %w", f.timeout, err)
			}
			return show(stdout, *f, s, fmt.Errorf("not live after %s: %s", f.timeout, missing(s)))
		case <-time.After(20 * time.Millisecond):
		}
		if again, e := ask[live.Status](ctx, &f.server, "/status"); e == nil || ctx.Err() == nil {
			s, err = again, e
		}
	}
	if err != nil {
		return err
	}
	if f.wait && !s.Live {
		return show(stdout, *f, s, errors.New(refusal(s)))
	}
	return show(stdout, *f, s, nil)
}
