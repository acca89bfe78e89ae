package snapshot

import (
	"fmt"
	"net/netip"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	dnscommonv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/common/dns/v3"
	dnsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	codecv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/upstream_codec/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/livefilter/livefilter/internal/config"
)

// connectTimeout bounds TCP and TLS set-up to an upstream.
const connectTimeout = 5 * time.Second

// cluster is an upstream of c, with those of the filters in its chain that are there. Its name
// is the upstream's: an edit of another upstream, or of their order, leaves it alone.
func cluster(c *config.Config, u config.Upstream, there func(config.Filter) bool) (*clusterv3.Cluster, error) {
	http, err := httpOptions(c, there)
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
		ConnectTimeout:  durationpb.New(connectTimeout),
		LoadAssignment:  loadAssignment(u),
		CircuitBreakers: unlimited(),
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

// httpOptions speak to the upstream what the client spoke: HTTP/1.1 clients and
// WebSockets stay on HTTP/1.1, gRPC stays on HTTP/2. Filters that see every try are here.
func httpOptions(c *config.Config, there func(config.Filter) bool) (*httpv3.HttpProtocolOptions, error) {
	http1, err := responseHTTP1()
	if err != nil {
		return nil, err
	}
	options := &httpv3.HttpProtocolOptions{
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_UseDownstreamProtocolConfig{
			UseDownstreamProtocolConfig: &httpv3.HttpProtocolOptions_UseDownstreamHttpConfig{
				HttpProtocolOptions:  http1,
				Http2ProtocolOptions: &corev3.Http2ProtocolOptions{},
			},
		},
	}
	if retrying(c.Filters) == nil {
		return options, nil
	}
	belongs := func(f config.Filter) bool { return inCluster(f) && there(f) }
	options.HttpFilters, err = httpFilters(c, clusterChain, belongs, "envoy.filters.http.upstream_codec", &codecv3.UpstreamCodec{})
	return options, err
}
