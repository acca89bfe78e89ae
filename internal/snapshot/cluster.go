package snapshot

import (
	"fmt"
	"net/netip"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	dnscommonv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/common/dns/v3"
	dnsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

// cluster is an upstream of c, with those of the filters in its chain that are there. Its name
// is the upstream's: an edit of another upstream, or of their order, leaves it alone.
func cluster(c *config.Config, u config.Upstream, there func(config.Filter) bool) (*clusterv3.Cluster, error) {
	http, err := httpOptions(c, u, there)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", u.Name, err)
	}
	options, err := pack(http)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", u.Name, err)
	}
	// One endpoint with all addresses of the name, both families, tried as RFC 8305 says.
	dns, err := pack(&dnsv3.DnsCluster{
		AllAddressesInSingleEndpoint: true,
		DnsLookupFamily:              dnscommonv3.DnsLookupFamily_ALL,
		RespectDnsTtl:                true,
	})
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", u.Name, err)
	}
	out := &clusterv3.Cluster{
		Name: u.Name,
		ClusterDiscoveryType: &clusterv3.Cluster_ClusterType{ClusterType: &clusterv3.Cluster_CustomClusterType{
			Name: "envoy.clusters.dns", TypedConfig: dns,
		}},
		ConnectTimeout:  durationpb.New(u.ConnectTimeout),
		LoadAssignment:  loadAssignment(u),
		CircuitBreakers: unlimited(),
		// What is held for a client that reads slowly: Envoy's advice for an edge proxy.
		PerConnectionBufferLimitBytes: wrapperspb.UInt32(32 << 10),
		TypedExtensionProtocolOptions: map[string]*anypb.Any{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options,
		},
	}
	if u.TLS != nil {
		if out.TransportSocket, err = upstreamTLS(u); err != nil {
			return nil, fmt.Errorf("cluster %s: %w", u.Name, err)
		}
	}
	return out, nil
}

// loadAssignment has the one endpoint of u. Its hostname is what the route's
// auto_host_rewrite puts into the Host header.
func loadAssignment(u config.Upstream) *endpointv3.ClusterLoadAssignment {
	return &endpointv3.ClusterLoadAssignment{
		ClusterName: u.Name,
		Endpoints: []*endpointv3.LocalityLbEndpoints{{
			LbEndpoints: []*endpointv3.LbEndpoint{{
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{
					Hostname: authority(u.Host),
					Address:  socketAddress(u.Host, u.Port, false),
				}},
			}},
		}},
	}
}

// authority is host as it stands in a Host header: an IPv6 address goes in brackets.
func authority(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return "[" + host + "]"
	}
	return host
}
