package main

import (
	"errors"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// resources are those that are served, for plan and for people.
func (r *reloader) resources() (any, error) {
	r.mu.Lock()
	c := r.config
	r.mu.Unlock()
	if c == nil {
		return nil, errors.New("no config is served yet")
	}
	return describe(c)
}

func describe(c *config.Config) (plan.Resources, error) {
	resources, err := snapshot.Build(c)
	if err != nil {
		return plan.Resources{}, err
	}
	packed, err := xds.NewSnapshot(resources)
	if err != nil {
		return plan.Resources{}, err
	}
	return plan.Describe(packed.Version, resources)
}
