package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/try"
	"github.com/livefilter/livefilter/internal/try/report"
	"github.com/livefilter/livefilter/internal/try/traffic"
	"github.com/livefilter/livefilter/internal/usage"
)

// maxRequests is what try sends at most: some seconds' worth.
const maxRequests = 100_000

type tryFlags struct {
	filter   string
	message  traffic.Spec
	requests int
	every    time.Duration
	json     bool
	bounds   bounds
}

func tryCommand() *cobra.Command {
	var f tryFlags
	c := &cobra.Command{
		Use:   "try FILE",
		Short: "Send requests through the filters of a config file, without an Envoy",
		Long: `Send requests through the filters of a config file, without an Envoy, and show what they do:
headers before and after, how often each value was chosen, what was evicted and until when,
replies that a filter made itself, log lines and metrics. Time stands still, but for --every.

What Envoy does after the filters is left out: it sets Host to the upstream's, unless a
filter sets it, and adds headers of its own.`,
		Example: `  xds-server try config/livefilter.yaml -H 'User-Agent: curl'
  xds-server try config/livefilter.yaml -n 1000 --status-if user-agent=hello:429
  xds-server try config/livefilter.yaml -n 5 --every 20s --status 429 --response-header 'Retry-After: 30'`,
		RunE: func(c *cobra.Command, args []string) error {
			file, read := configFile(c, args[0])
			return tryFile(c.Context(), file, read, f, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	usage.OwnVariables(c) // its --status and --path are of one request
	c.Flags().StringVar(&f.filter, "filter", "", "`name` of the only filter to send requests through")
	usage.Complete(c, "filter", filterNames)
	messageFlags(c.Flags(), &f.message)
	usage.Complete(c, "method", usage.Values("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
	c.Flags().IntVarP(&f.requests, "requests", "n", 1, "how many requests to send")
	c.Flags().DurationVar(&f.every, "every", 0, "how far to move the time between requests")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	f.bounds.flags(c.Flags())
	return c
}

// filterNames completes names of the config that is on the command line already.
func filterNames(_ *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		if data, err := readFile(args[0]); err == nil {
			if c, err := config.Parse(args[0], data, readFile); err == nil {
				for _, f := range c.Filters {
					names = append(names, f.Name)
				}
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func messageFlags(flags *pflag.FlagSet, s *traffic.Spec) {
	flags.StringArrayVarP(&s.Headers, "header", "H", nil, "`header` of the request, such as 'User-Agent: curl'; repeatable")
	flags.StringVar(&s.Method, "method", "", "method of the request (default GET, or POST with --body)")
	flags.StringVar(&s.Path, "path", "/", "path and query of the request")
	flags.StringVar(&s.Body, "body", "", "body of the request")
	flags.IntVar(&s.Status, "status", 200, "status of the upstream's responses")
	flags.StringArrayVar(&s.StatusIf, "status-if", nil,
		"status for requests that reach the upstream with a header's value:\n`HEADER=VALUE:STATUS`, such as user-agent=hello:429; repeatable, the first that fits")
	flags.StringArrayVar(&s.ResponseHeaders, "response-header", nil, "`header` of the upstream's responses, such as 'Retry-After: 5'; repeatable")
	flags.StringVar(&s.ResponseBody, "response-body", "", "body of the upstream's responses")
}

func tryFile(ctx context.Context, file string, read prepare.ReadFunc, f tryFlags, stdout, stderr io.Writer) error {
	request, upstream, err := f.message.Messages()
	switch {
	case err != nil:
		return usage.Wrap(err)
	case f.requests < 1 || f.requests > maxRequests:
		return usage.Errorf("-n %d: must be a number from 1 to %d", f.requests, maxRequests)
	}
	data, err := read(file)
	if err != nil {
		return prepare.Unreadable(err)
	}
	c, err := config.Parse(file, data, read)
	if err != nil {
		return err
	}
	filters, at, err := try.Filters(c, f.filter)
	if unknown := (*try.UnknownFilterError)(nil); errors.As(err, &unknown) {
		return usage.Wrap(err)
	}
	if err != nil {
		return err
	}
	checker, err := f.bounds.checker()
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(ctx))
	chain, err := try.Open(ctx, checker, filters, try.Retries(c, f.filter))
	if err != nil {
		return located(c, at, err)
	}
	defer chain.Close(context.WithoutCancel(ctx))
	tried := report.New(file, chain)
	show := func() error {
		for _, w := range chain.Doubts() {
			fmt.Fprintln(stderr, "warning:", w)
		}
		if f.json {
			return tried.JSON(stdout)
		}
		return tried.Text(stdout, f.requests)
	}
	for i := range f.requests {
		if i > 0 && f.every > 0 {
			if err := chain.Advance(ctx, f.every); err != nil {
				return errors.Join(show(), located(c, at, err))
			}
		}
		x, err := chain.Do(ctx, request, upstream)
		tried.Add(x)
		if err != nil {
			return errors.Join(show(), located(c, at, err))
		}
	}
	return show()
}

// located puts the position in the file before what went wrong in one of its filters.
func located(c *config.Config, at []int, err error) error {
	var failed *try.FilterError
	if !errors.As(err, &failed) {
		return err
	}
	i := at[failed.Index]
	field := "module"
	var refusal *preflight.Refusal
	if errors.As(err, &refusal) || c.Filters[i].Builtin() {
		if refusal == nil {
			refusal = &preflight.Refusal{}
		}
		field = prepare.Field(c.Filters[i], *refusal)
	}
	path := fmt.Sprintf("filters[%d].%s", i, field)
	return config.Errors{{Position: c.Position(path), Path: path, Message: failed.Err.Error()}}
}
