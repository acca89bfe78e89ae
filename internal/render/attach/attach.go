// Package attach writes what an Envoy that somebody else configures needs in order to take
// filters, and nothing else, from a livefilter server: each filter's entry, which leads to
// the server's ExtensionConfigDiscoveryService, and the cluster of that server.
package attach

import (
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// ClusterName names the server's cluster in the Envoy that attaches.
const ClusterName = "livefilter"

// fetchTimeout is how long a listener waits for a filter before it opens with the default
// in its place. It is a third of Envoy's own default: a sidecar, and the pod around it, is
// not ready before.
const fetchTimeout = 5 * time.Second

// Server is a livefilter server as the Envoy that attaches reaches it.
type Server struct {
	Host string // a DNS name or an IP address
	Port uint32
	SotW bool                    // state of the world instead of incremental xDS
	TLS  *corev3.TransportSocket // nil: plaintext
}

// Filters returns an entry for http_filters for each filter of c, in their order. A config
// of which nothing can be attached is a config.Errors.
func Filters(c *config.Config, s Server) ([]*hcmv3.HttpFilter, error) {
	switch {
	case len(c.Filters) == 0:
		return nil, render.Refusal(c, "filters", "there is none to attach")
	case c.Listener.FilterConfig == "inline":
		return nil, render.Refusal(c, "listener.filter_config", "must be ecds: an inline filter is not served on its own")
	}
	if err := render.NoBalance(c); err != nil {
		return nil, err
	}
	var filters []*hcmv3.HttpFilter
	for _, f := range c.Filters {
		filter, err := snapshot.DiscoveredFilter(f.Name, c.Listener.OnMissing, s.source())
		if err != nil {
			return nil, err
		}
		filters = append(filters, filter)
	}
	return filters, nil
}

func (s Server) source() *corev3.ConfigSource {
	api := corev3.ApiConfigSource_DELTA_GRPC
	if s.SotW {
		api = corev3.ApiConfigSource_GRPC
	}
	return &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_ApiConfigSource{ApiConfigSource: &corev3.ApiConfigSource{
			ApiType:                   api,
			TransportApiVersion:       corev3.ApiVersion_V3,
			SetNodeOnFirstMessageOnly: true,
			GrpcServices: []*corev3.GrpcService{{
				TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{
					ClusterName: ClusterName,
					// After a restart of the server: back within seconds, not the default of up to 30 s.
					RetryPolicy: &corev3.RetryPolicy{RetryBackOff: &corev3.BackoffStrategy{
						BaseInterval: durationpb.New(250 * time.Millisecond),
						MaxInterval:  durationpb.New(3 * time.Second),
					}},
				}},
			}},
		}},
		InitialFetchTimeout: durationpb.New(fetchTimeout),
		ResourceApiVersion:  corev3.ApiVersion_V3,
	}
}

// connectTimeout includes TLS, which takes a server that has just started a while where all Envoys come at once.
func (s Server) connectTimeout() time.Duration {
	if s.TLS != nil {
		return 5 * time.Second
	}
	return time.Second
}

// Cluster returns the cluster that the entries of Filters refer to.
func Cluster(s Server) (*clusterv3.Cluster, error) {
	http2, err := anypb.New(&httpv3.HttpProtocolOptions{
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{
			ExplicitHttpConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig{
				ProtocolConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{
					Http2ProtocolOptions: &corev3.Http2ProtocolOptions{
						// Notice a server that is gone without a word.
						ConnectionKeepalive: &corev3.KeepaliveSettings{
							Interval: durationpb.New(30 * time.Second),
							Timeout:  durationpb.New(5 * time.Second),
						},
					},
				},
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return &clusterv3.Cluster{
		Name:                 ClusterName,
		ClusterDiscoveryType: &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STRICT_DNS},
		ConnectTimeout:       durationpb.New(s.connectTimeout()),
		TransportSocket:      s.TLS,
		TypedExtensionProtocolOptions: map[string]*anypb.Any{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2,
		},
		LoadAssignment: &endpointv3.ClusterLoadAssignment{
			ClusterName: ClusterName,
			Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{
					Address: &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
						Address:       s.Host,
						PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: s.Port},
					}}},
				}},
			}}}},
		},
	}, nil
}
