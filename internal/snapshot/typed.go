package snapshot

import (
	"fmt"

	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/xds"
)

// typedFilter is any filter of Envoy's, in one that all requests go on from. So the listener
// has to name no type of the user's choice: an Envoy that has no such filter refuses the filter
// and not the listener, and another type in its place drains no connection.
func typedFilter(f config.Filter) (*anypb.Any, error) {
	own := &anypb.Any{TypeUrl: f.Typed.TypeURL, Value: f.Typed.Config}
	if f.Match != nil {
		return own, nil // which matching puts into one of its own
	}
	return always(f.Name, own)
}

// always is inner for every request: an empty matcher decides nothing, and only without one
// Envoy would skip the filter (1.36 to 1.40). The name means nothing.
func always(name string, inner *anypb.Any) (*anypb.Any, error) {
	return pack(&matchingv3.ExtensionWithMatcher{
		ExtensionConfig: &corev3.TypedExtensionConfig{Name: name, TypedConfig: inner},
		XdsMatcher:      &xdsmatcherv3.Matcher{},
	})
}

// inAlways is what always was given, or packed where it is something else.
func inAlways(packed *anypb.Any) *anypb.Any {
	outer := &matchingv3.ExtensionWithMatcher{}
	if !packed.MessageIs(outer) || packed.UnmarshalTo(outer) != nil || outer.GetXdsMatcher().GetMatcherType() != nil {
		return packed
	}
	return outer.GetExtensionConfig().GetTypedConfig()
}

// renamed means the same as packed and has another hash: the name of what is in a matcher means
// nothing. What is in none is put into one.
func renamed(packed *anypb.Any, v xds.Variation) (_ *anypb.Any, err error) {
	if packed.GetTypeUrl() != matchTypeURL {
		if packed, err = always("filter", packed); err != nil {
			return nil, err
		}
	}
	outer := &matchingv3.ExtensionWithMatcher{}
	if err := packed.UnmarshalTo(outer); err != nil {
		return nil, err
	}
	outer.ExtensionConfig.Name = fmt.Sprintf("%s %d %d", outer.GetExtensionConfig().GetName(), v.Salt, v.VM)
	return pack(outer)
}

// calls are the clusters that an Envoy must have before it gets f: it may refuse a filter that
// names another one, or answer its requests with an error.
func calls(f config.Filter) (needs []xds.Ref) {
	if f.Typed != nil {
		for _, name := range f.Typed.Calls {
			needs = append(needs, clusterRef(name))
		}
	}
	return needs
}
