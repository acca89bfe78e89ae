package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/summary"
)

// waitEvery is how often --wait asks.
const waitEvery = 20 * time.Millisecond

type statusFlags struct {
	server                   where
	json, wait, watch, every bool
	timeout                  time.Duration
}

func statusCommand() *cobra.Command {
	var f statusFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Say how many Envoys run what is served, and which of them differ",
		Long: `Say how many Envoys run what is served, what is wrong with the file, and which Envoys differ.

--admin-address takes several servers of one fleet, with commas: that they serve different
versions is said first.

With --wait, return 0 as soon as the file on disk is live on every connected Envoy, and 1
with the reason when it was refused or the time ran out. With --watch, follow it until
Ctrl-C: on a terminal the whole status, elsewhere a line for each change.`,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.watch {
				return watchStatus(c.Context(), &f, c.OutOrStdout())
			}
			return status(c.Context(), &f, c.OutOrStdout())
		},
	}
	askWhere(c, &f.server)
	several(c)
	flags := c.Flags()
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVarP(&f.every, "verbose", "v", false, "show each Envoy, and the versions of what it was sent and runs")
	flags.BoolVar(&f.wait, "wait", false, "wait until the file on disk is live")
	flags.BoolVar(&f.watch, "watch", false, "follow it until Ctrl-C")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "how long to wait")
	c.MarkFlagsMutuallyExclusive("watch", "wait")
	c.MarkFlagsMutuallyExclusive("watch", "json")
	return c
}

func status(ctx context.Context, f *statusFlags, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	servers := f.server.each()
	all := askAll(ctx, servers)
	err := all.Err()
	if f.wait {
		all, err = awaitLive(ctx, servers, all, f.timeout)
	}
	if all.Err() != nil && (len(all) == 1 || f.wait && all.Refusal() == nil) {
		return err
	}
	return show(stdout, f, all, err)
}

// awaitLive asks on after the answers all, until the file on disk is live. The error is why it is not: it is refused, or
// ctx ended, after timeout.
func awaitLive(ctx context.Context, servers []*where, all summary.Servers, timeout time.Duration) (summary.Servers, error) {
	for !all.Live() {
		if err := all.Refusal(); err != nil {
			return all, err
		}
		select {
		case <-ctx.Done():
			if err := all.Err(); err != nil {
				return all, fmt.Errorf("not live after %s: %w", timeout, err)
			}
			return all, fmt.Errorf("not live after %s: %s", timeout, all.Missing())
		case <-time.After(waitEvery):
		}
		if again := askAll(ctx, servers); again.Err() == nil || ctx.Err() == nil {
			all = again
		}
	}
	return all, nil
}

// show prints what the servers say, and returns failed.
func show(w io.Writer, f *statusFlags, all summary.Servers, failed error) error {
	if !f.json {
		all.Write(w, colour.For(w), f.every)
		return failed
	}
	if err := printServers(w, all); err != nil {
		return err
	}
	return failed
}
