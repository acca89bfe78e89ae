// Package dump shows resources as an Envoy that took them shows them in its /config_dump.
package dump

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	adminv3 "github.com/envoyproxy/go-control-plane/envoy/admin/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Config returns resources by type, in the order in which Envoy has the types, each with
// the version that the server sends it with over incremental xDS. Times are left out.
func Config(resources []proto.Message) (*adminv3.ConfigDump, error) {
	clusters, listeners := &adminv3.ClustersConfigDump{}, &adminv3.ListenersConfigDump{}
	routes, filters := &adminv3.RoutesConfigDump{}, &adminv3.EcdsConfigDump{}
	secrets := &adminv3.SecretsConfigDump{}
	for _, r := range resources {
		packed := &anypb.Any{}
		if err := anypb.MarshalFrom(packed, r, proto.MarshalOptions{Deterministic: true}); err != nil {
			return nil, fmt.Errorf("marshal %s: %w", r.ProtoReflect().Descriptor().Name(), err)
		}
		sum := sha256.Sum256(packed.GetValue())
		version := hex.EncodeToString(sum[:8]) // as xds.NewSnapshot has it
		switch r := r.(type) {
		case *clusterv3.Cluster:
			clusters.DynamicActiveClusters = append(clusters.DynamicActiveClusters,
				&adminv3.ClustersConfigDump_DynamicCluster{VersionInfo: version, Cluster: packed})
		case *listenerv3.Listener:
			listeners.DynamicListeners = append(listeners.DynamicListeners, &adminv3.ListenersConfigDump_DynamicListener{
				Name:        r.GetName(),
				ActiveState: &adminv3.ListenersConfigDump_DynamicListenerState{VersionInfo: version, Listener: packed},
			})
		case *routev3.RouteConfiguration:
			routes.DynamicRouteConfigs = append(routes.DynamicRouteConfigs,
				&adminv3.RoutesConfigDump_DynamicRouteConfig{VersionInfo: version, RouteConfig: packed})
		case *corev3.TypedExtensionConfig:
			filters.EcdsFilters = append(filters.EcdsFilters,
				&adminv3.EcdsConfigDump_EcdsFilterConfig{VersionInfo: version, EcdsFilter: packed})
		case *tlsv3.Secret:
			shown, err := anypb.New(redacted(r)) // the version is that of the whole
			if err != nil {
				return nil, err
			}
			secrets.DynamicActiveSecrets = append(secrets.DynamicActiveSecrets,
				&adminv3.SecretsConfigDump_DynamicSecret{Name: r.GetName(), VersionInfo: version, Secret: shown})
		default:
			return nil, fmt.Errorf("%s: has no place in a config dump", packed.GetTypeUrl())
		}
	}
	dump := &adminv3.ConfigDump{}
	parts := []proto.Message{clusters, filters, listeners, routes}
	if len(secrets.GetDynamicActiveSecrets()) > 0 {
		parts = append(parts, secrets)
	}
	for _, part := range parts {
		packed, err := anypb.New(part)
		if err != nil {
			return nil, err
		}
		dump.Configs = append(dump.Configs, packed)
	}
	return dump, nil
}

// redacted is a certificate without its key.
func redacted(s *tlsv3.Secret) *tlsv3.Secret {
	out := proto.CloneOf(s)
	if key := out.GetTlsCertificate().GetPrivateKey(); key != nil {
		key.Specifier = &corev3.DataSource_InlineBytes{InlineBytes: []byte("[redacted]")}
	}
	return out
}
