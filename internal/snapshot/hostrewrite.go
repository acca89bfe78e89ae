package snapshot

import (
	"regexp"
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

// applied is where Envoy's composite filter keeps which filters a request has got, as JSON of
// names, in the listener's chain (Envoy 1.36 to 1.40).
const applied = "envoy.extensions.filters.http.composite.matched_actions"

// byHost is r with the upstream's name in the Host header, or, for requests whose Host a filter
// has written, without it. Where that filter is for some requests only, these are two routes.
func byHost(filters []config.Filter, r *routev3.Route) []*routev3.Route {
	var some []string
	for _, f := range filters {
		switch {
		case !writesAuthority(f):
		case f.Match == nil:
			return []*routev3.Route{r}
		default:
			some = append(some, regexp.QuoteMeta(f.Name))
		}
	}
	rest := proto.CloneOf(r)
	rest.GetRoute().HostRewriteSpecifier = &routev3.RouteAction_AutoHostRewrite{AutoHostRewrite: wrapperspb.Bool(true)}
	if len(some) == 0 {
		return []*routev3.Route{rest}
	}
	r.Match.FilterState = []*matcherv3.FilterStateMatcher{{
		Key: applied,
		Matcher: &matcherv3.FilterStateMatcher_StringMatch{StringMatch: &matcherv3.StringMatcher{
			MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{
				Regex: `.*"(` + strings.Join(some, "|") + `)":.*`,
			}},
		}},
	}}
	return []*routev3.Route{r, rest}
}

func writesAuthority(f config.Filter) bool {
	for _, h := range f.Headers {
		if slices.Contains(h.Headers(), ":authority") {
			return true
		}
	}
	return false
}
