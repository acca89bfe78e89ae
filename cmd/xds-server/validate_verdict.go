package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/envoyrun"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/render/static"
	"github.com/livefilter/livefilter/internal/snapshot"
)

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
