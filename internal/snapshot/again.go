package snapshot

import (
	"slices"

	"github.com/livefilter/livefilter/internal/config"
)

// RetryHeader on a response is how the built-in module, in an upstream's chain, has Envoy send
// a request again. The virtual host takes it off what clients see.
const RetryHeader = "x-livefilter-retry"

// moduleAsks says whether the built-in module is the one that requests are sent again through.
// Then it says itself, and not the status alone, which responses are followed by another try: it
// knows whether a value is left that could do better. It takes x-envoy-ratelimited off.
func moduleAsks(filters []config.Filter) bool {
	return slices.ContainsFunc(filters, func(f config.Filter) bool { return f.EachTry() && f.Builtin() })
}
