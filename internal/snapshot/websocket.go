package snapshot

import (
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	statev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// Envoy 1.36 to 1.40 opens a WebSocket on a connection that speaks HTTP/2 as an extended CONNECT,
// whether the upstream can do that or not (envoyproxy/envoy#37020), and few can. Where the
// version is negotiated, Envoy must offer HTTP/1.1 alone for these.

// isWebSocket matches the requests that open one.
func isWebSocket() *routev3.HeaderMatcher {
	return matches("upgrade", &matcherv3.StringMatcher{
		MatchPattern: &matcherv3.StringMatcher_Exact{Exact: "websocket"}, IgnoreCase: true,
	})
}

// onlyHTTP1 has Envoy offer HTTP/1.1 alone to the upstream.
func onlyHTTP1() *statev3.FilterStateValue {
	return stateValue("envoy.network.application_protocols", "http/1.1")
}
