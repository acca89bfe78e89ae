package snapshot

import (
	"fmt"
	"strings"

	mutationrulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
)

// mutationFilter changes headers as f says. Envoy makes the changes one after the other, each
// on what the ones before left: what is removed, last of all, is there for all the others.
func mutationFilter(f config.Filter) (*anypb.Any, error) {
	packed, err := pack(&mutationv3.HeaderMutation{Mutations: &mutationv3.Mutations{
		RequestMutations:  mutations(f.Mutate.Request),
		ResponseMutations: mutations(f.Mutate.Response),
	}})
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", f.Name, err)
	}
	return packed, nil
}

func mutations(m config.Mutations) (all []*mutationrulesv3.HeaderMutation) {
	for _, step := range []struct {
		headers []config.HeaderIs
		action  corev3.HeaderValueOption_HeaderAppendAction
	}{
		{m.Set, corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD},
		{m.Append, corev3.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD},
		{m.Default, corev3.HeaderValueOption_ADD_IF_ABSENT},
	} {
		for _, h := range step.headers {
			all = append(all, &mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_Append{
				Append: &corev3.HeaderValueOption{
					Header:       &corev3.HeaderValue{Key: h.Name, Value: h.Value},
					AppendAction: step.action,
					// Of a command that has nothing to say, an absent header's, nothing becomes.
					KeepEmptyValue: !strings.Contains(h.Value, "%"),
				},
			}})
		}
	}
	for _, name := range m.Remove {
		all = append(all, &mutationrulesv3.HeaderMutation{Action: &mutationrulesv3.HeaderMutation_Remove{Remove: name}})
	}
	return all
}
