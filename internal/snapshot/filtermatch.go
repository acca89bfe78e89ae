package snapshot

import (
	"fmt"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	compositev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/composite/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
)

// matchTypeURL is the type of the config of a filter that applies to some requests only.
const matchTypeURL = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher"

// composite is the name of the filter that makes another one for the requests that match.
// match_delegate alone, with its action to skip, makes that one for each request first, which
// costs twice as much, and a module would log requests that it never saw (Envoy 1.36 to 1.40).
const composite = "envoy.filters.http.composite"

// matching is inner, the config of f, for the requests that f is for.
func matching(f config.Filter, inner *anypb.Any) (*anypb.Any, error) {
	if f.Match == nil {
		return inner, nil
	}
	action := &compositev3.ExecuteFilterAction{
		TypedConfig: &corev3.TypedExtensionConfig{Name: f.Name, TypedConfig: inner},
	}
	some, err := predicate(f)
	if err != nil {
		return nil, fmt.Errorf("filter %s: match: %w", f.Name, err)
	}
	if drawnHere(f) {
		action.SamplePercent = &corev3.RuntimeFractionalPercent{DefaultValue: share(f.Match.Percent)}
	}
	return withAction(composite, f.Match.String(), some, action)
}

// drawnHere says whether the filter is given a share of the requests where it runs: which of
// them is drawn afresh each time. Where a request may pass more than once, it is drawn before.
func drawnHere(f config.Filter) bool { return f.Match.Percent > 0 && inListener(f) }

func share(percent float64) *typev3.FractionalPercent {
	return &typev3.FractionalPercent{
		Numerator:   uint32(percent*100 + 0.5),
		Denominator: typev3.FractionalPercent_TEN_THOUSAND,
	}
}

// withAction: words say in what Envoy shows of its config for which requests the filter is.
func withAction(name, words string, some *predicateOf, action *compositev3.ExecuteFilterAction) (*anypb.Any, error) {
	execute, err := pack(action)
	if err != nil {
		return nil, err
	}
	empty, err := pack(&compositev3.Composite{})
	if err != nil {
		return nil, err
	}
	return pack(&matchingv3.ExtensionWithMatcher{
		ExtensionConfig: &corev3.TypedExtensionConfig{Name: name, TypedConfig: empty},
		XdsMatcher: &xdsmatcherv3.Matcher{MatcherType: &xdsmatcherv3.Matcher_MatcherList_{
			MatcherList: &xdsmatcherv3.Matcher_MatcherList{Matchers: []*xdsmatcherv3.Matcher_MatcherList_FieldMatcher{{
				Predicate: some,
				OnMatch: &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Action{
					Action: &xdscorev3.TypedExtensionConfig{Name: words, TypedConfig: execute},
				}},
			}}},
		}},
	})
}

// EditMatched has edit change what a filter's config has to say of the filter itself, be it for
// some requests or for all.
func EditMatched(packed *anypb.Any, edit func(inner *anypb.Any) (*anypb.Any, error)) (*anypb.Any, error) {
	outer, action := matched(packed)
	if outer == nil {
		return edit(packed)
	}
	inner, err := edit(action.GetTypedConfig().GetTypedConfig())
	if err != nil {
		return nil, err
	}
	action.TypedConfig.TypedConfig = inner
	only := outer.GetXdsMatcher().GetMatcherList().GetMatchers()[0]
	return withAction(outer.GetExtensionConfig().GetName(), only.GetOnMatch().GetAction().GetName(), only.GetPredicate(), action)
}

// Matched returns the config of the filter itself in packed, and for which requests it is, in
// words: "" for all.
func Matched(packed *anypb.Any) (inner *anypb.Any, words string) {
	outer, action := matched(packed)
	if outer == nil {
		return inAlways(packed), ""
	}
	return action.GetTypedConfig().GetTypedConfig(), outer.GetXdsMatcher().GetMatcherList().GetMatchers()[0].GetOnMatch().GetAction().GetName()
}

func matched(packed *anypb.Any) (*matchingv3.ExtensionWithMatcher, *compositev3.ExecuteFilterAction) {
	outer, action := &matchingv3.ExtensionWithMatcher{}, &compositev3.ExecuteFilterAction{}
	if !packed.MessageIs(outer) || packed.UnmarshalTo(outer) != nil {
		return nil, nil
	}
	list := outer.GetXdsMatcher().GetMatcherList().GetMatchers()
	if len(list) != 1 || list[0].GetOnMatch().GetAction().GetTypedConfig().UnmarshalTo(action) != nil {
		return nil, nil
	}
	return outer, action
}
