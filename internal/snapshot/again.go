package snapshot

import (
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// RetryHeader on a response is how the built-in module, in an upstream's chain, has Envoy send
// a request again. The virtual host takes it off what clients see.
const RetryHeader = "x-livefilter-retry"

// moduleAsks says whether the built-in module is the one that requests are sent again through.
func moduleAsks(filters []config.Filter) bool {
	return slices.ContainsFunc(filters, func(f config.Filter) bool { return f.Retry != nil && f.Module == nil })
}

// asksItself has the module, not the status alone, say which responses are followed by
// another try: it knows whether a value is left that could do better. The statuses stay in
// the policy for those who read it. envoy-ratelimited does not, which would come before: the
// module takes that header off.
func asksItself(p *routev3.RetryPolicy, filters []config.Filter) *routev3.RetryPolicy {
	if len(p.GetRetriableStatusCodes()) == 0 || !moduleAsks(filters) {
		return p
	}
	p.RetryOn = strings.Replace(strings.TrimSuffix(p.GetRetryOn(), ",envoy-ratelimited"), "retriable-status-codes", "retriable-headers", 1)
	p.RetriableHeaders = []*routev3.HeaderMatcher{{
		Name: RetryHeader,
		HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{StringMatch: &matcherv3.StringMatcher{
			MatchPattern: &matcherv3.StringMatcher_Exact{Exact: "1"},
		}},
	}}
	return p
}
