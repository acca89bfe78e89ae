package snapshot

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	statev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	setstatev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/set_filter_state/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// Envoy 1.36 to 1.40 opens a WebSocket on a connection that speaks HTTP/2 as an extended CONNECT,
// whether the upstream can do that or not (envoyproxy/envoy#37020), and few can. Where the
// version is negotiated, Envoy must offer HTTP/1.1 alone for these.

// stateFilter is the name of a filter in the listener that is off, and costs nothing, but on
// routes that have a config for it.
const stateFilter = "envoy.filters.http.set_filter_state"

func idleStateFilter() (*hcmv3.HttpFilter, error) {
	packed, err := pack(&setstatev3.Config{})
	return &hcmv3.HttpFilter{Name: stateFilter, Disabled: true, ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: packed}}, err
}

// onlyWebSockets makes r the route of WebSockets, on which HTTP/1.1 alone is offered.
func onlyWebSockets(r *routev3.Route) (*routev3.Route, error) {
	http1, err := pack(&setstatev3.Config{OnRequestHeaders: []*statev3.FilterStateValue{{
		Key: &statev3.FilterStateValue_ObjectKey{ObjectKey: "envoy.network.application_protocols"},
		Value: &statev3.FilterStateValue_FormatString{FormatString: &corev3.SubstitutionFormatString{
			Format: &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: &corev3.DataSource{
				Specifier: &corev3.DataSource_InlineString{InlineString: "http/1.1"},
			}},
		}},
	}}})
	if err != nil {
		return nil, err
	}
	r.TypedPerFilterConfig = map[string]*anypb.Any{stateFilter: http1}
	r.Match.Headers = append(r.Match.Headers, matches("upgrade", &matcherv3.StringMatcher{
		MatchPattern: &matcherv3.StringMatcher_Exact{Exact: "websocket"}, IgnoreCase: true,
	}))
	return r, nil
}
