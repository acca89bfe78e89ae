// Package plan says what a change of the resources will do to an Envoy, before it is made.
//
// It compares two sets of resources, neither of which has to hold what must not be shown:
// see Resources. What it says of Envoy holds for 1.40 and is tested on a real one (e2e).
package plan

import (
	"fmt"
	"slices"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

// Change is one resource that differs, and what the difference does.
type Change struct {
	// Resource is what a person calls it: "filter my-wasm-filter", "listener ingress".
	Resource string `json:"resource"`
	// Effect is what Envoy will do.
	Effect string `json:"effect"`
	// Drains: connections that are open now keep what they have, and are closed by and by.
	Drains bool `json:"drains"`
	// Details are the fields that differ. They never hold the value of a header, nor the
	// configuration of a module.
	Details []string `json:"details,omitempty"`
}

// nouns are the types of resources in the order in which Envoy gets them, each with what
// to say of one of them that was added, changed or removed: was or is may be nil. Before
// and after are all resources.
var nouns = []struct {
	typeURL string
	say     func(was, is proto.Message, before, after set) (Change, error)
}{
	{resourcev3.ClusterType, cluster},
	{resourcev3.ListenerType, listener},
	{resourcev3.RouteType, route},
	{resourcev3.ExtensionConfigType, filter},
	{resourcev3.SecretType, secret},
}

// Compare returns what happens to an Envoy that runs was when it gets is, in the order in
// which it happens: nothing where both mean the same.
func Compare(was, is Resources) ([]Change, error) {
	before, err := was.unpack()
	if err != nil {
		return nil, fmt.Errorf("what is served: %w", err)
	}
	after, err := is.unpack()
	if err != nil {
		return nil, fmt.Errorf("what is planned: %w", err)
	}
	return differences(before, after)
}

func differences(before, after set) ([]Change, error) {
	changes := []Change{}
	for _, noun := range nouns {
		old, new := before[noun.typeURL], after[noun.typeURL]
		for _, name := range union(old.names, new.names) {
			b, a := old.byName[name], new.byName[name]
			if proto.Equal(b, a) {
				continue
			}
			c, err := noun.say(b, a, before, after)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if c.Resource != "" { // another resource speaks for this one
				changes = append(changes, c)
			}
		}
	}
	return changes, nil
}

// union returns the names in b, in their order, then those that are in a alone.
func union(a, b []string) []string {
	all := slices.Clone(b)
	for _, name := range a {
		if !slices.Contains(b, name) {
			all = append(all, name)
		}
	}
	return all
}

// differ appends "what: was -> is" where the two are not the same.
func differ(details []string, what, was, is string) []string {
	if was == is {
		return details
	}
	return append(details, fmt.Sprintf("%s: %s -> %s", what, was, is))
}

// orOther is for what plan has no word for: an edit by another version of livefilter, say.
func orOther(details []string) []string {
	if len(details) == 0 {
		return []string{"other settings"}
	}
	return details
}

// count returns "1 value" or "2 values".
func count(n int, noun, plural string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s%s", n, noun, plural)
}
