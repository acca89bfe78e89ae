package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/try"
)

// maxRequests is what try sends at most: some seconds' worth.
const maxRequests = 100_000

type tryFlags struct {
	filter   string
	message  messageFlags
	requests int
	every    time.Duration
	json     bool
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
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return tryFile(c.Context(), args[0], f, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&f.filter, "filter", "", "`name` of the only filter to send requests through")
	f.message.add(c.Flags())
	c.Flags().IntVarP(&f.requests, "requests", "n", 1, "how many requests to send")
	c.Flags().DurationVar(&f.every, "every", 0, "how far to move the time between requests")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func tryFile(ctx context.Context, file string, f tryFlags, stdout, stderr io.Writer) error {
	request, upstream, err := f.message.messages()
	switch {
	case err != nil:
		return err
	case f.requests < 1 || f.requests > maxRequests:
		return fmt.Errorf("-n %d: must be a number from 1 to %d", f.requests, maxRequests)
	case f.every < 0:
		return fmt.Errorf("--every %s: must not be negative", f.every)
	}
	data, err := readFile(file)
	if err != nil {
		return fmt.Errorf("read config: %w", err)
	}
	c, err := config.Parse(file, data, readFile)
	if err != nil {
		return err
	}
	filters, at, err := tryFilters(c, f.filter)
	if err != nil {
		return err
	}
	checker := preflight.New()
	defer checker.Close(context.WithoutCancel(ctx))
	chain, err := try.Open(ctx, checker, filters, tryRetry(c, f.filter))
	if err != nil {
		return located(c, at, err)
	}
	defer chain.Close(context.WithoutCancel(ctx))
	tried := newTried(file, chain)
	for i := range f.requests {
		if i > 0 && f.every > 0 {
			if err := chain.Advance(ctx, f.every); err != nil {
				return errors.Join(tried.show(f, stdout, stderr), located(c, at, err))
			}
		}
		x, err := chain.Do(ctx, request, upstream)
		tried.add(x)
		if err != nil {
			return errors.Join(tried.show(f, stdout, stderr), located(c, at, err))
		}
	}
	return tried.show(f, stdout, stderr)
}

// tryFilters are the filters of c, or the one that is called only, and where each stands in c.
func tryFilters(c *config.Config, only string) (filters []try.Filter, at []int, err error) {
	var names []string
	for i, f := range c.Filters {
		names = append(names, f.Name)
		if only != "" && f.Name != only {
			continue
		}
		plugin, err := snapshot.Plugin(f)
		if err != nil {
			return nil, nil, err
		}
		out := try.Filter{
			Plugin: preflight.Plugin{
				Name: f.Name, VMID: plugin.VMID, Code: plugin.Code, Config: []byte(plugin.Configuration),
			},
			EachTry: f.Retry != nil,
		}
		for _, h := range f.Rules() {
			rule := try.Rule{Header: h.Name}
			for _, v := range h.Values {
				rule.Values = append(rule.Values, v.Value)
			}
			out.Rules = append(out.Rules, rule)
		}
		filters, at = append(filters, out), append(at, i)
	}
	if only != "" && filters == nil {
		return nil, nil, fmt.Errorf("--filter %q: there is no such filter, only %s", only, strings.Join(names, ", "))
	}
	return filters, at, nil
}

// tryRetry is when Envoy sends a request again: see snapshot's retry policy.
func tryRetry(c *config.Config, only string) try.Retry {
	for _, f := range c.Filters {
		if f.Retry == nil || only != "" && f.Name != only {
			continue
		}
		return try.Retry{Tries: f.Retry.Tries, Again: func(method string, status int) bool {
			code := fmt.Sprint(status)
			return (f.Retry.NonIdempotent || slices.Contains(idempotent, method)) &&
				(slices.Contains(f.Retry.On, code) || slices.Contains(f.Retry.On, code[:1]+"xx"))
		}}
	}
	return try.Retry{}
}

// idempotent are the methods that snapshot's route sends again unless told otherwise.
var idempotent = []string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}

// located puts the position in the file before what went wrong in one of its filters.
func located(c *config.Config, at []int, err error) error {
	var failed *try.FilterError
	if !errors.As(err, &failed) {
		return err
	}
	i := at[failed.Index]
	field := "module"
	var refusal *preflight.Refusal
	if errors.As(err, &refusal) || c.Filters[i].Module == nil {
		step := preflight.Step("")
		if refusal != nil {
			step = refusal.Step
		}
		field = prepare.Field(c.Filters[i], step)
	}
	path := fmt.Sprintf("filters[%d].%s", i, field)
	return config.Errors{{Position: c.Position(path), Path: path, Message: failed.Err.Error()}}
}
