package snapshot

import (
	"slices"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// destination is an upstream and the requests that go there.
type destination struct {
	upstream config.Upstream
	chosen   *routev3.HeaderMatcher // by a filter; nil: whatever a filter chose, or none did
	match    *config.Match          // by what they are; nil: all that are left
	balanced bool                   // the filter that chooses leads there
	group    []string               // upstreams that they go on to, the first of them first; nil: none
}

// destinations are where requests go, the first that fits. there says which clusters an Envoy has.
//
// What a filter with balance chose comes first. The last of its upstreams that is there takes
// what is left: requests that come while an Envoy has not got the filter, and those for
// an upstream that the route does not know, for a moment, while an edit arrives in pieces. Where
// the filter is for some requests only, what is left is what it did not choose for.
//
// Which upstream a request is for by its path or host does not change with what is there: what
// is for one that is not there gets 503 (Envoy's "cluster_not_found"), and goes to no other.
func destinations(c *config.Config, there func(cluster string) bool) (all []destination) {
	if f := balancing(c); f != nil {
		first, others := f.Balance.Upstreams[0], f.Balance.Upstreams[1:]
		for _, name := range append(others[:len(others):len(others)], first) {
			d := destination{upstream: upstreamOf(c, name), chosen: chosen(name), balanced: true, group: group(c, name)}
			if there(name) && there(d.cluster()) {
				all = append(all, d)
			}
		}
		if len(all) == 0 {
			all = append(all, destination{upstream: upstreamOf(c, first), balanced: true, group: group(c, first)})
		}
		last := &all[len(all)-1]
		if last.chosen = nil; f.Match == nil {
			return all
		}
		last.chosen = anyChosen()
	}
	for _, u := range c.Upstreams {
		if u.Match != nil {
			all = append(all, destination{upstream: u, match: u.Match})
		}
	}
	if rest := unmatched(c); rest != nil {
		all = append(all, destination{upstream: *rest})
	}
	return all
}

// balancing is the filter that chooses upstreams, nil if none does.
func balancing(c *config.Config) *config.Filter {
	return find(c.Filters, func(f config.Filter) bool { return f.Balance != nil })
}

// unmatched is the upstream of what no other one is for: nil where each says for what it is.
func unmatched(c *config.Config) *config.Upstream {
	return find(c.Upstreams, func(u config.Upstream) bool { return u.Match == nil })
}

// upstreamOf is the one called name, which is there: config has looked.
func upstreamOf(c *config.Config, name string) config.Upstream {
	return *find(c.Upstreams, func(u config.Upstream) bool { return u.Name == name })
}

// find is the first of all that is so, nil if none is.
func find[T any](all []T, is func(T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return &all[i]
	}
	return nil
}

// chosen matches requests for which the filter chose the upstream called name. A filter that
// changes a header has the route selected anew (Envoy 1.40).
func chosen(name string) *routev3.HeaderMatcher { return exactly(config.UpstreamHeader, name) }

// anyChosen matches those for which it chose one.
func anyChosen() *routev3.HeaderMatcher {
	return &routev3.HeaderMatcher{
		Name: config.UpstreamHeader, HeaderMatchSpecifier: &routev3.HeaderMatcher_PresentMatch{PresentMatch: true},
	}
}
