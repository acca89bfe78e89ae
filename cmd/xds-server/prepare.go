package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// readFunc gets the content of a file that the config is or names.
type readFunc = func(path string) ([]byte, error)

// prepared is a config that may be served: everything that can fail has been done.
type prepared struct {
	config    *config.Config
	resources []proto.Message
	snapshot  *xds.Snapshot
	warnings  []string // what only an Envoy can tell
	steps     []step
}

// step is a part of the way from the file to the Envoys, and how long it took.
type step struct {
	Name string        `json:"name"`
	Took time.Duration `json:"took_ns"`
}

// prepare takes the config file through every check. An error that lies in the file is a
// config.Errors. Where err is not nil the result has the steps that were taken, and no more.
func prepare(ctx context.Context, checker *preflight.Checker, file string, read readFunc) (*prepared, error) {
	p := &prepared{}
	var data []byte
	for _, s := range []struct {
		name string
		do   func() error
	}{
		{"read", func() (err error) {
			if data, err = read(file); err != nil {
				return fmt.Errorf("read config: %w", err)
			}
			return nil
		}},
		{"parse", func() (err error) { p.config, err = config.Parse(file, data, read); return err }},
		{"build", func() (err error) { p.resources, err = snapshot.Build(p.config); return err }},
		{"preflight", func() (err error) { p.warnings, err = fly(ctx, checker, p.config); return err }},
		{"pack", func() (err error) { p.snapshot, err = xds.NewSnapshot(p.resources); return err }},
	} {
		start := time.Now()
		err := s.do()
		p.steps = append(p.steps, step{s.name, time.Since(start)})
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// fly starts each filter in process, before any Envoy does.
func fly(ctx context.Context, checker *preflight.Checker, c *config.Config) (warnings []string, err error) {
	var refused config.Errors
	for i, f := range c.Filters {
		plugin, err := snapshot.Plugin(f)
		if err != nil {
			return nil, err
		}
		doubts, err := checker.Check(ctx, preflight.Plugin{
			Name: f.Name, VMID: plugin.VMID, Code: plugin.Code, Config: []byte(plugin.Configuration),
		})
		var refusal *preflight.Refusal
		if err != nil && !errors.As(err, &refusal) {
			return nil, fmt.Errorf("preflight of filter %s: %w", f.Name, err)
		}
		if refusal != nil {
			path := fmt.Sprintf("filters[%d].%s", i, fault(f, refusal.Step))
			refused = append(refused, config.Error{Position: c.Position(path), Path: path, Message: refusal.Error()})
		}
		for _, doubt := range doubts {
			warnings = append(warnings, fmt.Sprintf("filter %s: %s", f.Name, doubt))
		}
	}
	if refused != nil {
		return nil, refused
	}
	return warnings, nil
}

// fault is the field that a refusal is about.
func fault(f config.Filter, at preflight.Step) string {
	switch {
	case f.Module == nil:
		return "headers"
	case at == preflight.Configure && f.Module.Config != "":
		return "config"
	}
	return "module"
}
