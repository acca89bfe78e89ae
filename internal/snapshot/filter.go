package snapshot

import (
	"fmt"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
)

// The types that filters of the config have, in each chain. Envoy takes no other for a filter
// by ECDS, and a listener that names one type more is another listener, which drains the
// connections of the old one.
var (
	listenerTypes = []string{wasmTypeURL, mutationTypeURL, matchTypeURL}
	clusterTypes  = []string{wasmTypeURL, matchTypeURL}
)

const mutationTypeURL = "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"

// filterConfig is the filter that Envoy runs for f.
func filterConfig(f config.Filter) (*anypb.Any, error) {
	own, err := kind(f)
	if err != nil {
		return nil, err
	}
	return matching(f, own)
}

func kind(f config.Filter) (*anypb.Any, error) {
	switch {
	case f.Mutate != nil:
		return mutationFilter(f)
	case f.Typed != nil:
		return typedFilter(f)
	}
	return wasmFilter(f)
}

// filterFetchTimeout is how long a new listener waits for a filter's config before it
// opens its port with the stopgap in the filter's place. Envoy's default.
const filterFetchTimeout = 15 * time.Second

// extensionConfigs are f as ECDS resources: one by its own name, which any Envoy may ask
// for, and one more where our own listener takes it by another. The code is inline: with a
// remote source Envoy 1.40 acknowledges new code before it has it, and lets traffic past
// the filter.
func extensionConfigs(f config.Filter) ([]proto.Message, error) {
	names := []string{f.Name}
	if name := resourceName(f); name != f.Name {
		names = append(names, name)
	}
	var out []proto.Message
	for _, name := range names {
		own := f
		if name != resourceName(f) {
			own.Retry = nil // to send requests again is another Envoy's own business
		}
		packed, err := filterConfig(own)
		if err != nil {
			return nil, err
		}
		out = append(out, &corev3.TypedExtensionConfig{Name: name, TypedConfig: packed})
	}
	return out, nil
}

// DiscoveredFilter is a listener's reference to the ECDS resource called name, which Envoy
// takes from source. onMissing is what a config's listener has.
func DiscoveredFilter(name, onMissing string, source *corev3.ConfigSource) (*hcmv3.HttpFilter, error) {
	return discoveredFilter(name, stopgap(onMissing), listenerTypes, source)
}

func discoveredFilter(name string, missing proto.Message, types []string, source *corev3.ConfigSource) (*hcmv3.HttpFilter, error) {
	packed, err := pack(missing)
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", name, err)
	}
	return &hcmv3.HttpFilter{Name: name, ConfigType: &hcmv3.HttpFilter_ConfigDiscovery{
		ConfigDiscovery: &corev3.ExtensionConfigSource{
			ConfigSource:  source,
			DefaultConfig: packed,
			TypeUrls:      append(types[:len(types):len(types)], packed.GetTypeUrl()),
		},
	}}, nil
}
