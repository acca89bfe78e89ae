package snapshot

import (
	"fmt"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// listenerName stays the same whatever address the listener has: an address that cannot
// be bound is then refused as an update, and the old one goes on serving.
const listenerName = "ingress"

// httpListener has those of c's filters that belong to its chain.
func httpListener(c *config.Config, belongs func(config.Filter) bool) (*listenerv3.Listener, error) {
	hcm, err := connectionManager(c, belongs)
	if err != nil {
		return nil, fmt.Errorf("listener %s: %w", listenerName, err)
	}
	packed, err := pack(hcm)
	if err != nil {
		return nil, fmt.Errorf("listener %s: %w", listenerName, err)
	}
	tls, err := listenerTLS(c.Listener)
	if err != nil {
		return nil, fmt.Errorf("listener %s: %w", listenerName, err)
	}
	return &listenerv3.Listener{
		Name:    listenerName,
		Address: socketAddress(c.Listener.Address, c.Listener.Port, c.Listener.Address == "::"),
		FilterChains: []*listenerv3.FilterChain{{
			Filters: []*listenerv3.Filter{{
				Name:       "envoy.filters.network.http_connection_manager",
				ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: packed},
			}},
			TransportSocket: tls,
		}},
	}, nil
}

func socketAddress(address string, port uint32, ipv4Too bool) *corev3.Address {
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address:       address,
		PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
		Ipv4Compat:    ipv4Too,
	}}}
}
