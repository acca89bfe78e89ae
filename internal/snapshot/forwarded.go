package snapshot

import (
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/proto"
)

const (
	forwardedProto = "x-forwarded-proto"
	// noForwardedProto stands in it where the client sent none.
	noForwardedProto = "none"
)

// withoutForwarded takes x-forwarded-proto off requests that came without it. Envoy adds one to
// them, with no way to switch that off and no route without it, and says http, though it speaks
// TLS to the upstream, which then redirects for ever (1.36 to 1.40). So an early mutation adds
// noForwardedProto, and a request that still has that here has it from nobody: neither from
// its client nor from a filter. Where clients speak TLS, Envoy's word is https, which the
// upstream has to know, and stays; the routes are the same, for connections of before.
func withoutForwarded(all []*routev3.Route) []*routev3.Route {
	var out []*routev3.Route
	for _, r := range all {
		without := proto.CloneOf(r)
		without.Match.Headers = append(without.Match.Headers, exactly(forwardedProto, noForwardedProto))
		without.RequestHeadersToRemove = append(without.RequestHeadersToRemove, forwardedProto)
		out = append(out, without, r)
	}
	return out
}
