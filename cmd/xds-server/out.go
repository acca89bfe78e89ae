package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
)

func outCommand() *cobra.Command {
	var server where
	var asJSON bool
	c := &cobra.Command{
		Use:   "out",
		Short: "List the values and upstreams that sit out on each Envoy, and until when",
		Long: `List the values and upstreams that sit out on each Envoy, and until when, by their aliases or
their numbers in the list, from 0. Envoys tell every 10 s, so a list may be as old as that.`,
		RunE: func(c *cobra.Command, _ []string) error {
			return showOut(c.Context(), &server, asJSON, c.OutOrStdout())
		},
	}
	askWhere(c, &server)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func showOut(ctx context.Context, server *where, asJSON bool, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	all, err := ask[[]live.Out](ctx, server, "/out")
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(w, all)
	}
	return printOut(w, all, time.Now())
}

func printOut(w io.Writer, all []live.Out, now time.Time) error {
	if len(all) == 0 {
		fmt.Fprintln(w, "no Envoy is connected")
	}
	for i, o := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s  %s  ", o.Node, o.Address)
		switch {
		case o.Heard == nil:
			fmt.Fprintln(w, "does not tell what is out: it just came, or its bootstrap is not one that `xds-server bootstrap` prints now")
			continue
		case len(o.Values) == 0:
			fmt.Fprintf(w, "nothing was out %s ago\n", age(now, *o.Heard))
			continue
		}
		fmt.Fprintf(w, "%d out %s ago\n", len(o.Values), age(now, *o.Heard))
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, v := range o.Values {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", v.Filter, v.Header, v.Value, until(v, now))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func age(now, then time.Time) time.Duration { return max(0, now.Sub(then)).Truncate(time.Second) }

func until(v figures.Out, now time.Time) string {
	switch {
	case v.Forever:
		return "until the filter is edited"
	case v.Until.After(now):
		return fmt.Sprintf("until %s, for %s more", v.Until.Local().Format(time.TimeOnly), v.Until.Sub(now).Round(time.Second))
	}
	return "its time is over: the next request tries it"
}
