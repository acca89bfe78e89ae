package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/spelling"
	"github.com/livefilter/livefilter/internal/terminal"
	"github.com/livefilter/livefilter/internal/usage"
)

func diffCommand() *cobra.Command {
	var server where
	var asJSON bool
	c := &cobra.Command{
		Use:   "diff A [B]",
		Short: "Say what one config of the history would change of another",
		Long: `Say what would happen to Envoys that run A when they get B, in the words of plan. Each is a number
that history lists, "now" for what is served, or "file" for what is on disk; without B it is now.
Values of headers, and configs and variables of modules, are not printed.

The exit status is 0 whether they differ or not.`,
		RunE: func(c *cobra.Command, args []string) error {
			of := append(args, "now")[:2]
			for i, word := range of {
				if err := named("AB"[i:i+1], word, "now", "file"); err != nil {
					return err
				}
			}
			return showDiff(c.Context(), &server, of, asJSON, c.OutOrStdout())
		},
	}
	askWhere(c, &server)
	c.ValidArgsFunction = historyNumbers(&server, 2, "now", "file")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func showDiff(ctx context.Context, server *where, of []string, asJSON bool, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	query := url.Values{"from": of[:1], "to": of[1:]}
	d, err := wordy[live.Diff](ctx, http.MethodGet, server, "/diff?"+query.Encode())
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(w, d)
	}
	if len(d.Lines) == 0 {
		fmt.Fprintf(w, "nothing: %s and %s mean the same\n", d.From, d.To)
	}
	for _, line := range d.Lines {
		fmt.Fprintln(w, line)
	}
	return nil
}

// named says whether a config is named in one of the ways that the server knows.
func named(argument, word string, words ...string) error {
	if n, err := strconv.Atoi(word); err == nil && n > 0 || slices.Contains(words, word) {
		return nil
	}
	return usage.Errorf("%s: %s is neither a number that history lists nor %s", argument, spelling.Quote(word), strings.Join(words, " nor "))
}

// wordy is request where the server may refuse in several lines, which are the error.
func wordy[T any](ctx context.Context, method string, server *where, path string) (answer T, err error) {
	resp, err := server.do(ctx, method, path, http.NoBody)
	if err != nil {
		return answer, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer, server.noAnswer(resp.Request.URL.Host, err)
	}
	words := terminal.Text(strings.TrimSpace(string(text)))
	switch {
	case resp.StatusCode == http.StatusOK:
		return decode[T](server, path, ours(resp), text)
	case !ours(resp):
		return answer, notOurs(server, path, statusLine(resp)+": "+terminal.Line(words, ' '))
	case words == "404 page not found":
		return answer, fmt.Errorf("the server at %s is of an earlier release, which keeps no history", server.address)
	case resp.StatusCode >= 500 || words == "":
		return answer, fmt.Errorf("ask the server: %s answers %s: %s", server.address, statusLine(resp), words)
	}
	return answer, errors.New(words)
}
