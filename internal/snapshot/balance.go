package snapshot

import (
	"slices"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// destination is an upstream and the requests that go there: nil means all that are left.
type destination struct {
	upstream config.Upstream
	chosen   *routev3.HeaderMatcher
}

// destinations end with the one that takes what is left. With balance that is the first of
// its upstreams: requests go there while an Envoy has not got the filter, and those for an
// upstream that the route does not know, for a moment, while an edit arrives in pieces.
func destinations(c *config.Config) []destination {
	for _, f := range c.Filters {
		if f.Balance == nil {
			continue
		}
		first, others := f.Balance.Upstreams[0], f.Balance.Upstreams[1:]
		var all []destination
		for _, name := range others {
			all = append(all, destination{upstreamOf(c, name), chosen(name)})
		}
		return append(all, destination{upstream: upstreamOf(c, first)})
	}
	return []destination{{upstream: c.Upstreams[0]}}
}

// upstreamOf is the one called name, which is there: config has looked.
func upstreamOf(c *config.Config, name string) config.Upstream {
	return c.Upstreams[slices.IndexFunc(c.Upstreams, func(u config.Upstream) bool { return u.Name == name })]
}

// chosen matches requests for which the filter chose the upstream called name. A filter that
// changes a header has the route selected anew (Envoy 1.40).
func chosen(name string) *routev3.HeaderMatcher { return exactly(config.UpstreamHeader, name) }
