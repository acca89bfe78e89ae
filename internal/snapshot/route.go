package snapshot

import (
	"fmt"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

// routeName is the one route configuration; the listener refers to it by RDS, so that a
// change of it reaches open connections and drains none.
const routeName = "ingress_http"

// routeConfiguration sends requests to their destinations. The header that tells these
// apart ends here: no upstream sees it.
//
// The Host header becomes the upstream's (auto_host_rewrite), taken from the endpoint
// that was chosen: it changes with the cluster, in the same step, where a literal in the
// route would for a moment send one host's name to another host. A filter that rewrites
// :authority keeps what it wrote. Envoy's default timeout of 15 s would cut long
// downloads and streams: there is none but the upstream's own. A stream on which nothing moves
// for 5 minutes ends (Envoy's stream_idle_timeout).
//
// It leads only to clusters that are there; the last of these takes what is left.
func routeConfiguration(c *config.Config, there func(cluster string) bool) (*routev3.RouteConfiguration, error) {
	all := &routev3.VirtualHost{
		Name: "all", Domains: []string{"*"}, RequestHeadersToRemove: []string{config.UpstreamHeader},
		// Kept for another try, whatever the listener's buffers are.
		RequestBodyBufferLimit: wrapperspb.UInt64(1 << 20),
	}
	if moduleAsks(c.Filters) {
		all.ResponseHeadersToRemove = []string{RetryHeader}
	}
	var left []destination
	for _, d := range destinations(c) {
		if there(d.upstream.Name) {
			left = append(left, d)
		}
	}
	for i, d := range left {
		if i == len(left)-1 {
			d.chosen = nil
		}
		some, err := routes(c, d)
		if err != nil {
			return nil, fmt.Errorf("route to %s: %w", d.upstream.Name, err)
		}
		all.Routes = append(all.Routes, some...)
	}
	all.Routes = withoutForwarded(all.Routes)
	return &routev3.RouteConfiguration{Name: routeName, VirtualHosts: []*routev3.VirtualHost{all}}, nil
}

// routes lead to one destination: WebSockets where they need a route of their own, requests that
// may be sent twice, and those that may not.
func routes(c *config.Config, d destination) (all []*routev3.Route, err error) {
	retry := retrying(c.Filters)
	if d.upstream.HTTP != 2 { // with and without TLS: an edit of that leaves the route alone
		r, err := onlyWebSockets(route(c, d, true))
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	twice := route(c, d, true)
	if retry != nil && retry.Tries > 1 && retry.NonIdempotent {
		return append(all, twice), nil
	}
	twice.Match.Headers = append(twice.Match.Headers, isIdempotent())
	return append(all, twice, route(c, d, false)), nil
}

// route leads to d; twice says whether its requests may be sent twice.
func route(c *config.Config, d destination, twice bool) *routev3.Route {
	action := &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: d.upstream.Name},
		Timeout:          durationpb.New(d.upstream.Timeout),
		RetryPolicy:      retryPolicy(c.Filters, twice),
	}
	if !rewritesAuthority(c.Filters) {
		action.HostRewriteSpecifier = &routev3.RouteAction_AutoHostRewrite{AutoHostRewrite: wrapperspb.Bool(true)}
	}
	match := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: "/"}}
	if d.chosen != nil {
		match.Headers = []*routev3.HeaderMatcher{d.chosen}
	}
	return &routev3.Route{Match: match, Action: &routev3.Route_Route{Route: action}}
}

func rewritesAuthority(filters []config.Filter) bool {
	for _, f := range filters {
		for _, h := range f.Headers {
			if h.Name == ":authority" {
				return true
			}
		}
	}
	return false
}
