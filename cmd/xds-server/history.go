package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/usage"
)

func historyCommand() *cobra.Command {
	var server where
	var last int
	var asJSON bool
	c := &cobra.Command{
		Use:   "history",
		Short: "List the configs that were served last, and what each changed",
		Long: `List the configs that were served last, the newest first: when, what each changed of the one
before it, and what became of it. 50 are kept, with the files that they name: in the state folder
of serve --state-dir, over restarts, and without one for as long as the server runs. Values of headers,
and configs and variables of modules, are not printed.

rollback takes one of the numbers, diff two.`,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := atLeastOne(last); err != nil {
				return err
			}
			return showHistory(c.Context(), &server, last, asJSON, c.OutOrStdout())
		},
	}
	askWhere(c, &server)
	c.Flags().IntVarP(&last, "last", "n", 10, "how many configs, of the 50 that are kept")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// atLeastOne is for --last: none of what there is would read as if there were none.
func atLeastOne(last int) error {
	if last < 1 {
		return usage.Errorf("--last %d: must be 1 or more", last)
	}
	return nil
}

func showHistory(ctx context.Context, server *where, last int, asJSON bool, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	h, err := ask[live.History](ctx, server, "/history")
	if err != nil {
		return err
	}
	h.Entries = h.Entries[:min(len(h.Entries), last)]
	if asJSON {
		return printJSON(w, h)
	}
	if len(h.Entries) == 0 {
		fmt.Fprintln(w, "no config has been served yet")
	}
	for _, e := range h.Entries {
		showEntry(w, e)
	}
	return nil
}

func showEntry(w io.Writer, e history.Entry) {
	p, now := colour.For(w), "   "
	if e.Now {
		now = p.Good("now")
	}
	outcome := became(e)
	if e.Refused > 0 && e.Live.IsZero() {
		outcome = p.Bad(outcome)
	}
	fmt.Fprintf(w, "%s  %s  %s  %-14s  %s\n", p.Strong(fmt.Sprintf("%4d", e.N)), now, e.At.Local().Format(time.DateTime), e.From, outcome)
	for _, line := range e.Changes {
		fmt.Fprintf(w, "           %s\n", line)
	}
}

// became says what became of an entry, as outcome does of an edit.
func became(e history.Entry) string {
	switch {
	case !e.Live.IsZero():
		return fmt.Sprintf("live after %s", e.Live.Sub(e.At).Round(10*time.Microsecond))
	case e.Envoys == 0:
		return "no Envoy was connected"
	case e.Refused > 0:
		return fmt.Sprintf("live on %d of %d, refused by Envoy", e.Running, e.Envoys)
	}
	return fmt.Sprintf("live on %d of %d", e.Running, e.Envoys)
}
