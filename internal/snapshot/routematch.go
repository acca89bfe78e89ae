package snapshot

import (
	"regexp"
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// routeMatches are for the requests that m is for, of which they have paths and hosts; nil: for all. Each is so small that its
// expressions have no more instructions than Envoy takes: where all paths are too many for one, each has a match, which takes none.
func routeMatches(m *config.Match) (all []*routev3.RouteMatch) {
	if m == nil {
		m = &config.Match{}
	}
	paths := [][]string{m.Paths}
	if len(m.Paths) > 1 && len(strings.Join(m.Paths, "||||||||")) > instructions { // a * takes some
		paths = slices.Collect(slices.Chunk(m.Paths, 1))
	}
	for _, some := range paths {
		if len(m.Hosts) == 0 {
			all = append(all, pathMatch(some))
		}
		for _, hosts := range hostMatches(m.Hosts) {
			match := pathMatch(some)
			match.Headers = append(match.Headers, matches(":authority", hosts))
			all = append(all, match)
		}
	}
	return all
}

func pathMatch(paths []string) *routev3.RouteMatch {
	out := &routev3.RouteMatch{}
	switch {
	case len(paths) == 0:
		out.PathSpecifier = &routev3.RouteMatch_Prefix{Prefix: "/"}
	case len(paths) > 1:
		out.PathSpecifier = &routev3.RouteMatch_SafeRegex{SafeRegex: oneOfThese(paths, pathExpression)}
	case strings.HasSuffix(paths[0], "*"):
		out.PathSpecifier = &routev3.RouteMatch_Prefix{Prefix: strings.TrimSuffix(paths[0], "*")}
	default:
		out.PathSpecifier = &routev3.RouteMatch_Path{Path: paths[0]}
	}
	return out
}

func oneOfThese(all []string, expression func(string) string) *matcherv3.RegexMatcher {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = expression(s)
	}
	return &matcherv3.RegexMatcher{Regex: strings.Join(parts, "|")}
}

func pathExpression(path string) string {
	if prefix, ok := strings.CutSuffix(path, "*"); ok {
		return regexp.QuoteMeta(prefix) + ".*"
	}
	return regexp.QuoteMeta(path)
}

func hostExpression(host string) string {
	if suffix, ok := strings.CutPrefix(host, "*"); ok {
		return ".*" + regexp.QuoteMeta(suffix)
	}
	return regexp.QuoteMeta(authority(host))
}
