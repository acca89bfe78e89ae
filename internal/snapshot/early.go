package snapshot

import (
	mutationrulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	earlyv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// earlyMutation changes requests before anything else in Envoy sees them: no client steers
// Envoy, or what is behind it, by Envoy's own headers, and none chooses its upstream. What
// takes the choice off is there without balance too: connections that are open when balance is
// added keep what the listener had.
func earlyMutation(c *config.Config) (*corev3.TypedExtensionConfig, error) {
	mutations := []*mutationrulesv3.HeaderMutation{
		{Action: &mutationrulesv3.HeaderMutation_RemoveOnMatch_{
			RemoveOnMatch: &mutationrulesv3.HeaderMutation_RemoveOnMatch{
				KeyMatcher: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: "x-envoy-"}},
			},
		}},
		{Action: &mutationrulesv3.HeaderMutation_Remove{Remove: config.UpstreamHeader}},
	}
	if c.Listener.TLS == nil {
		mutations = append(mutations, &mutationrulesv3.HeaderMutation{
			Action: &mutationrulesv3.HeaderMutation_Append{Append: &corev3.HeaderValueOption{
				Header:       &corev3.HeaderValue{Key: forwardedProto, Value: noForwardedProto},
				AppendAction: corev3.HeaderValueOption_ADD_IF_ABSENT,
			}},
		})
	}
	packed, err := pack(&earlyv3.HeaderMutation{Mutations: mutations})
	return &corev3.TypedExtensionConfig{Name: "envoy.http.early_header_mutation.header_mutation", TypedConfig: packed}, err
}
