package snapshot

import (
	"slices"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	statev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	setstatev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/set_filter_state/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
)

// stateFilter is the name of a filter in the listener that is off, and costs nothing, but on
// routes that have a config for it. What it keeps of a request is known in both chains.
const stateFilter = "envoy.filters.http.set_filter_state"

// What a route keeps for a filter that sees each try: the Host that the client sent, where the
// tries have the upstream's, and a lot, the same for all of them.
const keptHost, keptLot = "livefilter.host", "livefilter.lot"

func idleStateFilter() (*hcmv3.HttpFilter, error) {
	packed, err := pack(&setstatev3.Config{})
	return &hcmv3.HttpFilter{Name: stateFilter, Disabled: true, ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: packed}}, err
}

// kept is what the filters in clusters' chains need to know of a request. It hangs on as little
// of match as can be: route and filter change one after the other.
func kept(filters []config.Filter) (values []*statev3.FilterStateValue) {
	some, share := false, false
	for _, f := range filters {
		if !inCluster(f) {
			continue
		}
		some = some || looksAtKept(f)
		share = share || f.Match != nil && f.Match.Percent > 0
	}
	if some {
		values = append(values, keep(keptHost, "%REQ(:AUTHORITY)%"))
	}
	if share {
		values = append(values, keep(keptLot, "%UNIQUE_ID%"))
	}
	return values
}

// looksAtKept says whether a filter may look at what a route keeps, once it is in a cluster's chain.
func looksAtKept(f config.Filter) bool { return f.Match != nil || sticksToHost(f) }

// sticksToHost says whether the module asks for the host that the client sent (pool/client.go).
func sticksToHost(f config.Filter) bool {
	return slices.ContainsFunc(f.Headers, func(h config.Header) bool { return h.Pick.By == "host" })
}

// keep keeps text, in Envoy's format, under a key that means nothing to Envoy.
func keep(key, text string) *statev3.FilterStateValue {
	v := stateValue(key, text)
	v.FactoryKey = "envoy.string"
	return v
}

func stateValue(key, text string) *statev3.FilterStateValue {
	return &statev3.FilterStateValue{
		Key: &statev3.FilterStateValue_ObjectKey{ObjectKey: key},
		Value: &statev3.FilterStateValue_FormatString{FormatString: &corev3.SubstitutionFormatString{
			Format: &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: &corev3.DataSource{
				Specifier: &corev3.DataSource_InlineString{InlineString: text},
			}},
		}},
	}
}

// keeping is the part of a route that keeps values, nil where there are none.
func keeping(values []*statev3.FilterStateValue) (map[string]*anypb.Any, error) {
	if len(values) == 0 {
		return nil, nil
	}
	packed, err := pack(&setstatev3.Config{OnRequestHeaders: values})
	if err != nil {
		return nil, err
	}
	return map[string]*anypb.Any{stateFilter: packed}, nil
}
