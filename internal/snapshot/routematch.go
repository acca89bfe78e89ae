package snapshot

import (
	"regexp"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// routeMatch is for the requests that m is for, of which it has paths and hosts; nil: for all.
func routeMatch(m *config.Match) *routev3.RouteMatch {
	if m == nil {
		m = &config.Match{}
	}
	out := &routev3.RouteMatch{}
	switch {
	case len(m.Paths) == 0:
		out.PathSpecifier = &routev3.RouteMatch_Prefix{Prefix: "/"}
	case len(m.Paths) > 1:
		out.PathSpecifier = &routev3.RouteMatch_SafeRegex{SafeRegex: oneOfThese(m.Paths, pathExpression)}
	case strings.HasSuffix(m.Paths[0], "*"):
		out.PathSpecifier = &routev3.RouteMatch_Prefix{Prefix: strings.TrimSuffix(m.Paths[0], "*")}
	default:
		out.PathSpecifier = &routev3.RouteMatch_Path{Path: m.Paths[0]}
	}
	if len(m.Hosts) > 0 {
		out.Headers = append(out.Headers, matches(":authority", hostMatch(m.Hosts)))
	}
	return out
}

// hostMatch is for a piece of fewHosts.
func hostMatch(hosts []string) *matcherv3.StringMatcher {
	if first, port := strings.CutSuffix(hosts[0], ":"); port || hostCost(first) > hostRoom {
		suffix, any := strings.CutPrefix(hosts[0], "*")
		switch {
		case any && port:
			return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Contains{Contains: suffix}, IgnoreCase: true}
		case any:
			return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Suffix{Suffix: suffix}, IgnoreCase: true}
		case port:
			return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: hosts[0]}, IgnoreCase: true}
		}
		return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: first}, IgnoreCase: true}
	}
	expression := oneOfThese(hosts, hostExpression)
	expression.Regex = `(?i)(` + expression.Regex + `)(:[0-9]+)?`
	return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: expression}}
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
