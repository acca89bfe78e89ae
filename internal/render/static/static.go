// Package static turns the resources that Envoys are served into a config that an Envoy
// starts from on its own: what they refer to by name is put in its place.
package static

import (
	"fmt"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// resources are those that others refer to, by name.
type resources struct {
	routes  map[string]*routev3.RouteConfiguration
	filters map[string]*anypb.Any
	// certificates are those that the bootstrap has.
	certificates map[string]bool
}

// Bootstrap returns an Envoy's static config with the same listeners, routes, filters and
// clusters as all, which is left as it is. A reference to a route, a filter or a certificate that is not
// among them is an error, as is a resource of a type that cannot stand in a static config.
func Bootstrap(all []proto.Message) (*bootstrapv3.Bootstrap, error) {
	r := resources{routes: map[string]*routev3.RouteConfiguration{}, filters: map[string]*anypb.Any{}, certificates: map[string]bool{}}
	static := &bootstrapv3.Bootstrap_StaticResources{}
	for _, m := range all {
		switch m := proto.Clone(m).(type) {
		case *listenerv3.Listener:
			static.Listeners = append(static.Listeners, m)
		case *clusterv3.Cluster:
			static.Clusters = append(static.Clusters, m)
		case *routev3.RouteConfiguration:
			r.routes[m.GetName()] = m
		case *corev3.TypedExtensionConfig:
			r.filters[m.GetName()] = m.GetTypedConfig()
		case *tlsv3.Secret:
			static.Secrets = append(static.Secrets, m)
			r.certificates[m.GetName()] = true
		default:
			return nil, fmt.Errorf("%s: has no place in a static config", m.ProtoReflect().Descriptor().FullName())
		}
	}
	for _, l := range static.Listeners {
		if err := r.listener(l); err != nil {
			return nil, fmt.Errorf("listener %s: %w", l.GetName(), err)
		}
	}
	for _, c := range static.Clusters {
		if err := r.cluster(c); err != nil {
			return nil, fmt.Errorf("cluster %s: %w", c.GetName(), err)
		}
	}
	return &bootstrapv3.Bootstrap{StaticResources: static}, nil
}

func (r resources) listener(l *listenerv3.Listener) error {
	for _, chain := range l.GetFilterChains() {
		tls := &tlsv3.DownstreamTlsContext{}
		if err := r.secrets(chain.GetTransportSocket(), tls, tls.GetCommonTlsContext); err != nil {
			return err
		}
		for _, f := range chain.GetFilters() {
			hcm := &hcmv3.HttpConnectionManager{}
			if !f.GetTypedConfig().MessageIs(hcm) {
				continue
			}
			if err := edit(f.GetTypedConfig(), hcm, func() error { return r.connectionManager(hcm) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r resources) connectionManager(hcm *hcmv3.HttpConnectionManager) error {
	if name := hcm.GetRds().GetRouteConfigName(); hcm.GetRds() != nil {
		if r.routes[name] == nil {
			return fmt.Errorf("no route configuration %s", name)
		}
		hcm.RouteSpecifier = &hcmv3.HttpConnectionManager_RouteConfig{RouteConfig: r.routes[name]}
	}
	return r.httpFilters(hcm.GetHttpFilters())
}

// cluster has HTTP filters of its own where they run once for each try of a request.
func (r resources) cluster(c *clusterv3.Cluster) error {
	tls := &tlsv3.UpstreamTlsContext{}
	if err := r.secrets(c.GetTransportSocket(), tls, tls.GetCommonTlsContext); err != nil {
		return err
	}
	for _, options := range c.GetTypedExtensionProtocolOptions() {
		http := &httpv3.HttpProtocolOptions{}
		if !options.MessageIs(http) {
			continue
		}
		if err := edit(options, http, func() error { return r.httpFilters(http.GetHttpFilters()) }); err != nil {
			return err
		}
	}
	return nil
}

func (r resources) httpFilters(filters []*hcmv3.HttpFilter) error {
	for _, f := range filters {
		if f.GetConfigDiscovery() == nil {
			continue
		}
		if r.filters[f.GetName()] == nil {
			return fmt.Errorf("no filter %s", f.GetName())
		}
		f.ConfigType = &hcmv3.HttpFilter_TypedConfig{TypedConfig: r.filters[f.GetName()]}
	}
	return nil
}

// secrets has socket, whose config is a context, take its certificates from the bootstrap, by name.
func (r resources) secrets(socket *corev3.TransportSocket, context proto.Message, common func() *tlsv3.CommonTlsContext) error {
	if !socket.GetTypedConfig().MessageIs(context) {
		return nil
	}
	return edit(socket.GetTypedConfig(), context, func() error {
		for _, s := range common().GetTlsCertificateSdsSecretConfigs() {
			if !r.certificates[s.GetName()] {
				return fmt.Errorf("no certificate %s", s.GetName())
			}
			s.SdsConfig = nil
		}
		return nil
	})
}

// edit unpacks packed into m, does what it is told, and packs m again.
func edit(packed *anypb.Any, m proto.Message, do func() error) error {
	if err := packed.UnmarshalTo(m); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return packed.MarshalFrom(m)
}
