package snapshot

import (
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/livefilter/livefilter/internal/config"
)

// A filter runs in the listener's chain, once a request, or, where requests are sent again to the
// same upstream, in the chain of its cluster: there every try passes it, and chooses afresh.
func inListener(f config.Filter) bool { return !f.EachTry() }
func inCluster(f config.Filter) bool  { return f.EachTry() }

// chain is one of the two, with the names that it has for filters and what is in their place
// while they are missing.
type chain struct {
	name    func(config.Filter) string
	missing func(onMissing string) proto.Message
	// types may come in the place of one another without a change of the chain itself.
	types []string
}

var (
	listenerChain = chain{func(f config.Filter) string { return f.Name }, stopgap, listenerTypes}
	clusterChain  = chain{upstreamName, upstreamStopgap, clusterTypes}
)

// resourceName is the filter's ECDS resource in the chain where it runs. The two chains take
// different ones, though their content is the same: Envoy 1.40 serves a second subscription to
// a name that it has subscribed to already only when the resource changes next, so that a
// filter that moves from one chain to the other would wait in vain.
func resourceName(f config.Filter) string {
	if inCluster(f) {
		return upstreamName(f)
	}
	return f.Name
}

// upstreamName is the filter's resource in clusters' chains. No filter of the config's can be
// called so.
func upstreamName(f config.Filter) string { return f.Name + "/upstream" }

// httpFilters is a chain: those of the config's filters that belong to it, in their order,
// then the last one that every such chain ends with.
func httpFilters(c *config.Config, x chain, belongs func(config.Filter) bool, last string, lastConfig proto.Message) ([]*hcmv3.HttpFilter, error) {
	var filters []*hcmv3.HttpFilter
	for _, f := range c.Filters {
		if !belongs(f) {
			continue
		}
		filter, err := httpFilter(c.Listener, x, f)
		if err != nil {
			return nil, err
		}
		filters = append(filters, filter)
	}
	packed, err := pack(lastConfig)
	if err != nil {
		return nil, err
	}
	return append(filters, &hcmv3.HttpFilter{Name: last, ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: packed}}), nil
}

func httpFilter(l config.Listener, x chain, f config.Filter) (*hcmv3.HttpFilter, error) {
	if l.FilterConfig != "inline" {
		source := adsSource()
		source.InitialFetchTimeout = durationpb.New(filterFetchTimeout)
		return discoveredFilter(x.name(f), x.missing(l.OnMissing), x.types, source)
	}
	own, err := filterConfig(f)
	if err != nil {
		return nil, err
	}
	return &hcmv3.HttpFilter{Name: f.Name, ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: own}}, nil
}
