package snapshot

import (
	"errors"
	"fmt"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	statev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	"google.golang.org/protobuf/proto"
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
// destinations has which clusters it leads to.
func routeConfiguration(c *config.Config, there func(cluster string) bool) (*routev3.RouteConfiguration, error) {
	all := &routev3.VirtualHost{
		Name: "all", Domains: []string{"*"}, RequestHeadersToRemove: []string{config.UpstreamHeader},
		// Kept for another try, whatever the listener's buffers are.
		RequestBodyBufferLimit: wrapperspb.UInt64(1 << 20),
	}
	if moduleAsks(c.Filters) {
		all.ResponseHeadersToRemove = []string{RetryHeader}
	}
	for _, d := range destinations(c, there) {
		for _, match := range routeMatches(d.match) {
			some, err := routes(c, d, match)
			if err != nil {
				return nil, fmt.Errorf("route to %s: %w", d.upstream.Name, err)
			}
			all.Routes = append(all.Routes, some...)
		}
	}
	all.Routes = append(misspelled(c), withoutForwarded(all.Routes)...)
	return &routev3.RouteConfiguration{Name: routeName, VirtualHosts: []*routev3.VirtualHost{all}}, nil
}

// routes lead to one destination what match is for: WebSockets where they need a route of their own, requests that
// may be sent twice, and those that may not.
func routes(c *config.Config, d destination, match *routev3.RouteMatch) (all []*routev3.Route, err error) {
	add := func(twice bool, more []*statev3.FilterStateValue, only ...*routev3.HeaderMatcher) {
		r, failed := route(c, d, match, twice)
		if failed != nil {
			err = errors.Join(err, failed)
			return
		}
		r.Match.Headers = append(r.Match.Headers, only...)
		state, wrong := keeping(append(more, kept(c.Filters)...))
		r.TypedPerFilterConfig, err = state, errors.Join(err, wrong)
		all = append(all, byHost(c.Filters, r)...)
	}
	retry := d.retrying(c)
	if d.upstream.HTTP != 2 || d.group != nil { // with and without TLS: an edit of that leaves the route alone
		add(true, []*statev3.FilterStateValue{onlyHTTP1()}, isWebSocket())
	}
	if retry != nil && retry.Tries > 1 && retry.NonIdempotent {
		add(true, nil)
	} else {
		add(true, nil, isIdempotent())
		add(false, nil)
	}
	return all, err
}

// route leads to d; twice says whether its requests may be sent twice.
func route(c *config.Config, d destination, match *routev3.RouteMatch, twice bool) (*routev3.Route, error) {
	action := &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: d.cluster()},
		Timeout:          durationpb.New(d.upstream.Timeout),
		RetryPolicy:      retryPolicy(d.retrying(c), moduleAsks(c.Filters), twice),
	}
	if d.group != nil {
		if err := nextUpstream(action.RetryPolicy); err != nil {
			return nil, err
		}
	}
	match = proto.Clone(match).(*routev3.RouteMatch)
	if d.chosen != nil {
		match.Headers = append(match.Headers, d.chosen)
	}
	return &routev3.Route{Match: match, Action: &routev3.Route_Route{Route: action}}, nil
}
