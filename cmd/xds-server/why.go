package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

func whyCommand() *cobra.Command {
	var server where
	var last int
	var asJSON bool
	c := &cobra.Command{
		Use:   "why",
		Short: "Show what the latest edits changed, what became of them, and where the time went",
		Long: `Show what became of the latest edits, what each changed of the config before it, and where the
time went. Preflight runs beside build and pack. The numbers of configs are those of history.`,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := atLeastOne(last); err != nil {
				return err
			}
			return why(c.Context(), &server, last, asJSON, c.OutOrStdout())
		},
	}
	askWhere(c, &server)
	c.Flags().IntVarP(&last, "last", "n", 5, "how many edits, of the 100 that are kept")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func why(ctx context.Context, server *where, last int, asJSON bool, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	edits, err := ask[[]timeline.Edit](ctx, server, "/edits")
	if err != nil {
		return err
	}
	edits = edits[max(0, len(edits)-last):]
	if asJSON {
		return printJSON(w, edits)
	}
	if len(edits) == 0 {
		fmt.Fprintln(w, "no edits yet")
	}
	for _, e := range edits {
		showEdit(w, e)
	}
	return nil
}

// showEdit prints times as they passed since the save.
func showEdit(w io.Writer, e timeline.Edit) {
	since := func(t time.Time) string { return "+" + t.Sub(e.Saved).Round(10*time.Microsecond).String() }
	fmt.Fprintf(w, "%s  %s\n", e.Saved.Local().Format("2006-01-02 15:04:05.000"), outcome(e))
	if e.N != 0 {
		fmt.Fprintf(w, "  %s\n", origin(e))
	}
	for _, line := range e.Changes {
		fmt.Fprintf(w, "    %s\n", line)
	}
	fmt.Fprintf(w, "  saved\n  %-10s seen\n", since(e.Seen))
	for _, s := range e.Steps {
		fmt.Fprintf(w, "  %-10s   %s took %s\n", "", s.Name, s.Took.Round(time.Microsecond))
	}
	if e.Error != "" {
		return
	}
	fmt.Fprintf(w, "  %-10s set\n", since(e.Set))
	for _, a := range e.Answers {
		answer := "not answered"
		switch {
		case a.Refused:
			answer = "refused"
		case !a.Acked.IsZero():
			answer = "acknowledged " + since(a.Acked)
		}
		if a.Tries > 1 {
			answer += fmt.Sprintf(" (try %d)", a.Tries)
		}
		fmt.Fprintf(w, "  %-10s sent %s to %s (%s), %s\n", since(a.Sent), xds.ShortType(a.TypeURL), a.Node, a.Address, answer)
	}
}

// origin says what an edit made of what.
func origin(e timeline.Edit) string {
	switch {
	case e.Was == 0:
		return fmt.Sprintf("config %d, the first one", e.N)
	case e.Was == e.N:
		return fmt.Sprintf("config %d, as before the server was started", e.N)
	case e.From == "start":
		return fmt.Sprintf("config %d, found by the server at its start, after %d:", e.N, e.Was)
	}
	return fmt.Sprintf("config %d, %s, after %d:", e.N, e.From, e.Was)
}

func outcome(e timeline.Edit) string {
	switch {
	case e.Error != "":
		return "refused: " + e.Error
	case !e.Live.IsZero():
		return fmt.Sprintf("version %s, live after %s", e.Version, e.Live.Sub(e.Saved).Round(10*time.Microsecond))
	}
	text := fmt.Sprintf("version %s, live on %d of %d", e.Version, e.Running, e.Envoys)
	if e.Envoys == 0 {
		text = fmt.Sprintf("version %s, no Envoy was connected", e.Version)
	}
	if e.Over {
		text += " when the next edit came"
	}
	if e.Refused > 0 {
		text += ", refused by Envoy"
	}
	return text
}
