package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/summary"
)

type rollbackFlags struct {
	server  where
	json    bool
	timeout time.Duration
}

func rollbackCommand() *cobra.Command {
	var f rollbackFlags
	c := &cobra.Command{
		Use:   "rollback N",
		Short: "Write a config of the history back to disk, and wait until it is live",
		Long: `Write the files of a config that history lists back to disk, and wait until it is live: the config
file and the files that it names, by rename, so that the file and what is served never disagree.
"now" in the place of N is what is served: it heals a file that is broken. diff now N says before
what it would change.

The config is judged as any edit first; where it would be refused, or where the server cannot write
(a ConfigMap, a read-only mount), nothing is changed. Certificates, keys and CAs stay what they
are on disk. What is on disk and was never served is kept beside it, as FILE.before-rollback.

The exit status is 0 if the config is live, and 1 with the reason if it is not.`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := named("N", args[0], "now"); err != nil {
				return err
			}
			return rollBack(c.Context(), &f, args[0], c.OutOrStdout())
		},
	}
	askWhere(c, &f.server)
	c.ValidArgsFunction = historyNumbers(&f.server, 1, "now")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	c.Flags().DurationVar(&f.timeout, "timeout", 10*time.Second, "how long to wait until it is live")
	return c
}

func rollBack(ctx context.Context, f *rollbackFlags, to string, w io.Writer) error {
	start := time.Now()
	r, err := askRollback(ctx, f, to)
	if err != nil {
		return err
	}
	if f.json {
		if err := printJSON(w, r); err != nil {
			return err
		}
	} else {
		showRollback(w, r)
	}
	all, err := awaitRollback(ctx, f)
	if err != nil || f.json {
		return err
	}
	fmt.Fprintf(w, "%s, %s after it was asked for\n", colour.For(w).Good(all.State()), time.Since(start).Round(time.Millisecond))
	return nil
}

func askRollback(ctx context.Context, f *rollbackFlags, to string) (live.RolledBack, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return wordy[live.RolledBack](ctx, http.MethodPost, &f.server, "/rollback?"+url.Values{"to": {to}}.Encode())
}

func showRollback(w io.Writer, r live.RolledBack) {
	for _, name := range r.Written {
		fmt.Fprintf(w, "written back: %s\n", name)
	}
	if len(r.Written) == 0 {
		fmt.Fprintf(w, "the files are those of %d already\n", r.To)
	}
	for _, name := range r.Kept {
		fmt.Fprintf(w, "what was there and never served is in %s\n", name)
	}
	for _, name := range r.Left {
		fmt.Fprintf(w, "stays as it is, renewed since: %s\n", name)
	}
	switch {
	case r.N == r.To:
		fmt.Fprintf(w, "config %d is served, as before: version %s\n", r.N, r.Version)
		return
	case len(r.Lines) == 0:
		fmt.Fprintf(w, "config %d is served, which means the same: version %s\n", r.N, r.Version)
		return
	}
	fmt.Fprintf(w, "config %d is served, the rollback of %d: version %s\n", r.N, r.To, r.Version)
	for _, line := range r.Lines {
		fmt.Fprintf(w, "    %s\n", line)
	}
}

// awaitRollback is status --wait, but that it has a first answer however short the time is.
func awaitRollback(ctx context.Context, f *rollbackFlags) (summary.Servers, error) {
	waits, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	first, cancelFirst := context.WithTimeout(ctx, 10*time.Second)
	defer cancelFirst()
	servers := f.server.each()
	all, err := awaitLive(waits, servers, askAll(first, servers), f.timeout)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return all, err
}
