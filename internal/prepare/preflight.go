package prepare

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/redact"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// fly starts each filter in process, before any Envoy does. What a module says is told without texts. The Envoys' clusters are c's, or others that nobody knows.
func fly(ctx context.Context, checker *preflight.Checker, c *config.Config, texts *redact.Texts, others bool) (warnings []string, err error) {
	var plugins []preflight.Plugin
	var at []int // in c
	groups := map[string]int{}
	for _, f := range c.Filters {
		if f.Module != nil {
			groups[f.Module.Share]++
		}
	}
	for i, f := range c.Filters {
		if f.Typed != nil {
			warnings = append(warnings, calls(f, others)...)
		}
		if !f.Wasm() {
			continue // Envoy has its code
		}
		plugin, err := snapshot.Plugin(f)
		if err != nil {
			return nil, err
		}
		p := preflight.Plugin{
			Name: f.Name, VMID: plugin.VMID, Code: plugin.Code, Config: []byte(plugin.Configuration),
			VMConfig: []byte(plugin.VMConfiguration), Env: plugin.Env,
			Together: f.Module != nil && f.Module.Share != "" && groups[f.Module.Share] > 1,
			EachTry:  f.EachTry(),
		}
		if !others {
			p.Upstreams = c.Callable(f)
		}
		plugins, at = append(plugins, p), append(at, i)
	}
	var refused config.Errors
	for n, v := range checker.CheckAll(ctx, plugins) {
		i := at[n]
		f := c.Filters[i]
		var refusal *preflight.Refusal
		if v.Err != nil && !errors.As(v.Err, &refusal) {
			return nil, hidden(fmt.Errorf("preflight of filter %s: %w", f.Name, v.Err), texts)
		}
		if refusal != nil {
			path := fmt.Sprintf("filters[%d].%s", i, Field(f, *refusal))
			refused = append(refused, config.Error{Position: c.Position(path), Path: path, Message: said(refusal.Error(), texts)})
		}
		for _, doubt := range v.Warnings {
			warnings = append(warnings, fmt.Sprintf("filter %s: %s", f.Name, said(doubt, texts)))
		}
	}
	if refused != nil {
		return nil, refused
	}
	return warnings, nil
}

// calls warns of clusters that f calls and an Envoy may not have.
func calls(f config.Filter, others bool) (warnings []string) {
	names := f.Typed.Others
	if others {
		names = f.Typed.Calls
	}
	for _, name := range names {
		warnings = append(warnings, fmt.Sprintf("filter %s: it calls %q, a cluster that its Envoy must have", f.Name, name))
	}
	return warnings
}

// Field is the field of f that a refusal is about.
func Field(f config.Filter, r preflight.Refusal) string {
	switch {
	case f.Builtin():
		return "headers"
	case r.Step == preflight.Again:
		return "share"
	case r.Cluster != "" && strings.Contains(f.Module.Config, r.Cluster),
		r.Cluster == "" && r.Step == preflight.Configure && f.Module.Config != "":
		if f.Module.ConfigFrom != "" {
			return "config_from"
		}
		return "config"
	}
	return "module"
}
