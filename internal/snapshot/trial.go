package snapshot

import (
	"fmt"
	"hash/fnv"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	codecv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/upstream_codec/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

// Envoy asks for a filter's config once a listener or a cluster names it, and a filter that
// it then refuses stops the traffic there. So a new filter is tried where there is none:
// in a listener that is not bound, or in a cluster without endpoints, one for each filter.
// What Envoy has accepted there is at once active where it is named next (1.36 to 1.40).

// trialPrefix begins the names of trials. No upstream, and no listener of ours, begins so.
const trialPrefix = "try/"

// trialAddress is for documentation (RFC 5737) and on no machine. Envoy wants listeners to
// have different addresses even if it does not bind them.
const trialAddress = "192.0.2.1"

func trialListener(c *config.Config, f config.Filter) (*listenerv3.Listener, error) {
	filters, err := httpFilters(c, listenerChain, only(f), "envoy.filters.http.router", &routerv3.Router{})
	if err != nil {
		return nil, err
	}
	manager, err := pack(&hcmv3.HttpConnectionManager{
		StatPrefix:     "livefilter_trial",
		RouteSpecifier: &hcmv3.HttpConnectionManager_RouteConfig{RouteConfig: &routev3.RouteConfiguration{}},
		HttpFilters:    filters,
	})
	if err != nil {
		return nil, err
	}
	return &listenerv3.Listener{
		Name:       trialPrefix + resourceName(f),
		Address:    socketAddress(trialAddress, trialPort(c, f), false),
		BindToPort: wrapperspb.Bool(false),
		FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
			Name:       "envoy.filters.network.http_connection_manager",
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: manager},
		}}}},
	}, nil
}

// trialPort is another one for each filter of c, and for most filters of other configs.
func trialPort(c *config.Config, f config.Filter) uint32 {
	const ports = 60_000
	taken := map[uint32]bool{}
	for _, other := range c.Filters {
		h := fnv.New32a()
		_, _ = h.Write([]byte(other.Name))
		port := h.Sum32() % ports
		for taken[port] {
			port = (port + 1) % ports
		}
		taken[port] = true
		if other.Name == f.Name {
			return port + 1
		}
	}
	return 0
}

func trialCluster(c *config.Config, f config.Filter) (*clusterv3.Cluster, error) {
	filters, err := httpFilters(c, clusterChain, only(f), "envoy.filters.http.upstream_codec", &codecv3.UpstreamCodec{})
	if err != nil {
		return nil, err
	}
	options, err := pack(&httpv3.HttpProtocolOptions{
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_UseDownstreamProtocolConfig{
			UseDownstreamProtocolConfig: &httpv3.HttpProtocolOptions_UseDownstreamHttpConfig{},
		},
		HttpFilters: filters,
	})
	if err != nil {
		return nil, err
	}
	return &clusterv3.Cluster{
		Name:                 trialPrefix + resourceName(f),
		ClusterDiscoveryType: &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STATIC},
		TypedExtensionProtocolOptions: map[string]*anypb.Any{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options,
		},
	}, nil
}

func only(f config.Filter) func(config.Filter) bool {
	return func(other config.Filter) bool { return other.Name == f.Name }
}

// trial is what makes an Envoy ask for the config of f, and use it for nothing.
func trial(c *config.Config, f config.Filter) (m proto.Message, err error) {
	if inCluster(f) {
		m, err = trialCluster(c, f)
	} else {
		m, err = trialListener(c, f)
	}
	if err != nil {
		return nil, fmt.Errorf("trial of filter %s: %w", f.Name, err)
	}
	return m, validate(m)
}
