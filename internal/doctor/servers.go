package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/summary"
	"github.com/livefilter/livefilter/internal/version"
)

// maxEach bounds the findings of one kind: a fleet may have thousands of the same.
const maxEach = 10

// Servers is about running servers and their Envoys. file has the version of the config file, "" where it is not known.
func Servers(all summary.Servers, file, version string) (findings []Finding) {
	for _, s := range all {
		if s.Err != nil {
			findings = append(findings, fault("server "+s.Address, "start it, or correct --admin-address", "%s", s.Err.Error()))
			continue
		}
		findings = append(findings, server("server "+s.Address, s.Status, file, version)...)
	}
	if versions := all.Versions(); len(versions) > 1 {
		findings = append(findings, fault("servers", "give all of them the same file", "they serve different configs, so that an Envoy runs what the one it meets has: %s", strings.Join(versions, ", ")))
	}
	return findings
}

func server(about string, s live.Status, file, fileVersion string) (all []Finding) {
	switch {
	case s.Error != nil:
		all = append(all, fault(about, "what the error names", "it serves the last good config, as the file is refused: %s", strings.ReplaceAll(*s.Error, "\n", "; ")))
	case fileVersion != "" && s.Version != fileVersion:
		all = append(all, warning(about, "xds-server plan "+file+" shows what it would change", "it serves another config than %s", file))
	default:
		all = append(all, ok(about, "%s", summary.State(s)))
	}
	if own := version.Of(); s.Build.Version != own.Version || s.Build.Revision != own.Revision {
		all = append(all, warning(about, "run one release", "it is livefilter %s, and this program is %s", s.Build, own))
	}
	for _, w := range s.Warnings {
		all = append(all, warning(about, "", "%s", w))
	}
	if n := len(s.Denied); n > 0 {
		all = append(all, warning(about, "the rules of clients, or these certificates", "%s not admitted, the latest: %s", count(n, "client"), s.Denied[0]))
	}
	return append(all, envoys(s)...)
}

// envoys is about those that are connected.
func envoys(s live.Status) (all []Finding) {
	versions := map[string]int{}
	var twins, unfit, unhealthy some
	for _, n := range s.Nodes {
		if !n.Left.IsZero() {
			continue
		}
		versions[n.Envoy]++
		about := "Envoy " + n.ID
		if n.Unfit != "" {
			unfit.add(fault(about, "its version, or how it is built and started", "%s", n.Unfit))
		}
		if n.Other != "" && !slices.ContainsFunc(twins.all, func(f Finding) bool { return f.About == about }) {
			twins.add(fault(about, "give each a node ID of its own (bootstrap --node-id, or --service-node)", "the ones at %s and %s have the same node ID: none of them is known from the other", n.Address, n.Other))
		}
		if n.Traffic != nil && !n.Traffic.Healthy {
			unhealthy.add(warning(about, "", "%s", strings.Join(n.Traffic.Problems, "; ")))
		}
	}
	if len(versions) > 0 {
		var each []string
		for _, v := range slices.Sorted(maps.Keys(versions)) {
			each = append(each, fmt.Sprintf("%d of %s", versions[v], v))
		}
		all = append(all, ok("Envoys", "%s", strings.Join(each, ", ")))
	}
	return slices.Concat(all, unfit.findings(), twins.findings(), unhealthy.findings())
}

// some are findings of one kind, of which the first are listed.
type some struct {
	all  []Finding
	more int
}

func (s *some) add(f Finding) {
	if len(s.all) == maxEach {
		s.more++
		return
	}
	s.all = append(s.all, f)
}

func (s *some) findings() []Finding {
	if s.more == 0 {
		return s.all
	}
	last := s.all[len(s.all)-1]
	return append(s.all, Finding{last.Level, "Envoys", fmt.Sprintf("%d more like these", s.more), ""})
}
