package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/envoyrun"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/render/static"
	"github.com/livefilter/livefilter/internal/snapshot"
)

func validateCommand() *cobra.Command {
	var envoy string
	var b bounds
	c := &cobra.Command{
		Use:   "validate FILE",
		Short: "Say what is wrong with a config file",
		Long: `Say what is wrong with a config file, and with the files that it names: all that serve
would refuse, each error with file, line, column and field. Every filter is started in
process, as an Envoy would start it. Warnings are about what only an Envoy can tell (with
--envoy, one is asked) and about upstreams whose host this machine cannot resolve: a running
server refuses an edit to a new host that DNS does not know, which plan tells.

The exit status is 0 if serve would take the file at a start, and 1 if not.`,
		RunE: func(c *cobra.Command, args []string) error {
			return validate(c.Context(), args[0], envoy, b, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	b.flags(c.Flags())
	c.Flags().StringVar(&envoy, "envoy", "", "`path` of an Envoy that has to take the file too (--mode validate)")
	return c
}

func validate(ctx context.Context, file, envoy string, b bounds, stdout, stderr io.Writer) error {
	checker, err := b.checker()
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(ctx))
	p, err := prepare.File(ctx, checker, file, readFile)
	if err != nil {
		return err
	}
	// What is served is not known here, so that no host is refused: Resolve warns.
	if err := p.Resolve(ctx, net.DefaultResolver.LookupHost, nil); err != nil {
		return err
	}
	warn(stderr, p)
	if envoy != "" {
		if err := envoyVerdict(ctx, envoy, file, p); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "%s: ok\n", file)
	return nil
}

// envoyVerdict starts what serve would send as a static config in `envoy --mode validate`. An error that Envoy has with
// the file is a config.Errors.
func envoyVerdict(ctx context.Context, envoy, file string, p *prepare.Prepared) error {
	err := verdict(ctx, envoy, p.Resources)
	var refusal *envoyrun.Refusal
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refusal):
		return fmt.Errorf("--envoy: %w", err)
	}
	path := snapshot.StaticOrigin(p.Config, refusal.Words)
	if path == "" {
		path = refusedTyped(ctx, envoy, p.Config, refusal.Words)
	}
	e := config.Error{Position: p.Config.Position(path), Path: path, Message: p.Texts.Hide(refusal.Error()) + snapshot.Advice(refusal.Words)}
	if path == "" {
		e.Position = config.Position{File: file, Line: 1, Column: 1}
	}
	return config.Errors{e}
}

// verdict is what the Envoy says of the resources.
func verdict(ctx context.Context, envoy string, resources []proto.Message) error {
	bootstrap, err := static.Bootstrap(resources)
	if err != nil {
		return err
	}
	return envoyrun.Validate(ctx, envoy, bootstrap)
}

// refusedTyped is the path of the filter of Envoy's own that these words are about, which name none: without it Envoy says
// something else, or nothing. "" where there is none such.
func refusedTyped(ctx context.Context, envoy string, c *config.Config, words string) string {
	for i, f := range c.Filters {
		if f.Typed == nil {
			continue
		}
		without := *c
		without.Filters = slices.Delete(slices.Clone(c.Filters), i, i+1)
		resources, err := snapshot.Build(&without)
		if err != nil {
			continue
		}
		err = verdict(ctx, envoy, resources)
		var refusal *envoyrun.Refusal
		if err == nil || errors.As(err, &refusal) && refusal.Words != words {
			return fmt.Sprintf("filters[%d].typed_config", i)
		}
	}
	return ""
}
