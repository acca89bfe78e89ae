package snapshot

import (
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

// headersTimeout is how long a client may take over the headers of a request, from their first
// byte on: one that sends a byte a minute holds a connection else for ever.
const headersTimeout = 10 * time.Second

// connectionManager passes requests and responses on as they are. What it changes all the same
// is in docs/reference/traffic.md.
func connectionManager(c *config.Config, belongs func(config.Filter) bool) (*hcmv3.HttpConnectionManager, error) {
	logs, err := accessLogs(c.Listener)
	if err != nil {
		return nil, err
	}
	filters, err := httpFilters(c, listenerChain, belongs, "envoy.filters.http.router", &routerv3.Router{SuppressEnvoyHeaders: true})
	if err != nil {
		return nil, err
	}
	state, err := idleStateFilter()
	if err != nil {
		return nil, err
	}
	early, err := earlyMutation(c)
	if err != nil {
		return nil, err
	}
	http1, err := requestHTTP1()
	if err != nil {
		return nil, err
	}
	return &hcmv3.HttpConnectionManager{
		StatPrefix: "ingress_http",
		AccessLog:  logs,
		RouteSpecifier: &hcmv3.HttpConnectionManager_Rds{
			Rds: &hcmv3.Rds{RouteConfigName: routeName, ConfigSource: adsSource()},
		},
		EarlyHeaderMutationExtensions: []*corev3.TypedExtensionConfig{early},
		HttpProtocolOptions:           http1,
		Http2ProtocolOptions:          requestHTTP2(),
		RequestHeadersTimeout:         durationpb.New(headersTimeout),
		Proxy_100Continue:             true,
		ServerHeaderTransformation:    hcmv3.HttpConnectionManager_PASS_THROUGH,
		SchemeHeaderTransformation:    &corev3.SchemeHeaderTransformation{MatchUpstream: true},
		GenerateRequestId:             wrapperspb.Bool(false),

		HttpFilters:    append([]*hcmv3.HttpFilter{state}, filters...),
		UpgradeConfigs: []*hcmv3.HttpConnectionManager_UpgradeConfig{{UpgradeType: "websocket"}},
	}, nil
}
