package plan

import (
	"strings"

	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	"google.golang.org/protobuf/proto"
)

// hideMatch leaves of what a matcher looks for only the words that name it, and a digest: the
// values of headers may be secrets.
func (h hider) hideMatch(m *matchingv3.ExtensionWithMatcher) error {
	for _, some := range m.GetXdsMatcher().GetMatcherList().GetMatchers() {
		looked, err := proto.MarshalOptions{Deterministic: true}.Marshal(some.GetPredicate())
		if err != nil {
			return err
		}
		some.Predicate = nil
		if action := some.GetOnMatch().GetAction(); action != nil {
			action.Name += "\n" + h.digest(looked)
		}
	}
	return nil
}

// matchDiffers tells two matches apart, as they are after hideMatch; "" is for all requests.
func matchDiffers(was, is string) []string {
	if was == is {
		return nil
	}
	before, _, _ := strings.Cut(was, "\n")
	after, _, _ := strings.Cut(is, "\n")
	if before == after {
		return []string{"match: other values of headers, for " + after + " as before"}
	}
	return differ(nil, "match", every(before), every(after))
}

func every(match string) string {
	if match == "" {
		return "all requests"
	}
	return match
}
