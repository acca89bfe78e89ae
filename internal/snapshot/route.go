package snapshot

import (
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
// downloads and streams; the idle timeout (5 minutes) stays.
//
// It leads only to clusters that are there; the last of these takes what is left.
func routeConfiguration(c *config.Config, there func(cluster string) bool) *routev3.RouteConfiguration {
	all := &routev3.VirtualHost{
		Name: "all", Domains: []string{"*"}, RequestHeadersToRemove: []string{config.UpstreamHeader},
	}
	var left []destination
	for _, d := range destinations(c) {
		if there(d.cluster) {
			left = append(left, d)
		}
	}
	for i, d := range left {
		if i == len(left)-1 {
			d.chosen = nil
		}
		all.Routes = append(all.Routes, routes(c, d)...)
	}
	all.Routes = withoutForwarded(all.Routes)
	return &routev3.RouteConfiguration{Name: routeName, VirtualHosts: []*routev3.VirtualHost{all}}
}

// routes lead to one destination: requests that may be sent twice, and those that may not.
func routes(c *config.Config, d destination) []*routev3.Route {
	retry := retrying(c.Filters)
	twice := route(c, d, retryPolicy(retry, true))
	if retry != nil && retry.Tries > 1 && retry.NonIdempotent {
		return []*routev3.Route{twice}
	}
	twice.Match.Headers = append(twice.Match.Headers, isIdempotent())
	return []*routev3.Route{twice, route(c, d, retryPolicy(retry, false))}
}

func route(c *config.Config, d destination, retry *routev3.RetryPolicy) *routev3.Route {
	action := &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: d.cluster},
		Timeout:          durationpb.New(0),
		RetryPolicy:      retry,
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
