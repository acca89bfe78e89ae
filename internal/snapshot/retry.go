package snapshot

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

const (
	// idempotent are the methods that RFC 9110, section 9.2.2, calls so.
	idempotent = "^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$"
	// A try differs by its value, so there is nothing to wait for but a burst to pass.
	retryWait, retryMaxWait = 5 * time.Millisecond, 50 * time.Millisecond
)

// retrying returns the rule by which requests are sent again, nil if there is none.
func retrying(filters []config.Filter) *config.Retry {
	if f := find(filters, func(f config.Filter) bool { return f.Retry != nil }); f != nil {
		return f.Retry
	}
	return nil
}

// untouched are the conditions in which no upstream has worked on a request, so that any may
// be sent again: it was not sent (no connection, or one that broke before), or the upstream
// refused it (REFUSED_STREAM, or GOAWAY with a lower stream ID).
var untouched = []string{"connect-failure", "refused-stream", "reset-before-request"}

// retryPolicy is that of requests that may be sent twice, or of all the others, under the rule
// of one of the filters, or where there is none.
//
// A connection that the upstream closes just as Envoy sends a request on it is a "reset" only,
// though the request was not read (measured on Envoy 1.40): requests that may be sent twice
// are tried again on that. The others must not be (RFC 9110, section 9.2.2).
func retryPolicy(r *config.Retry, moduleAsks, twice bool) *routev3.RetryPolicy {
	on := untouched
	if twice {
		on = append([]string{"reset"}, untouched...)
	}
	policy := &routev3.RetryPolicy{
		NumRetries: wrapperspb.UInt32(1),
		RetryBackOff: &routev3.RetryPolicy_RetryBackOff{
			BaseInterval: durationpb.New(retryWait), MaxInterval: durationpb.New(retryMaxWait),
		},
	}
	if r != nil && r.Tries > 1 {
		policy.NumRetries = wrapperspb.UInt32(r.Tries - 1)
		if twice {
			policy.RetriableStatusCodes = statusCodes(r.On) // which the module knows too
			on = append(on, answered(policy, moduleAsks)...)
		}
	}
	policy.RetryOn = strings.Join(on, ",")
	return policy
}

// answered are the conditions in which a response is followed by another try.
func answered(policy *routev3.RetryPolicy, moduleAsks bool) []string {
	switch {
	case moduleAsks:
		policy.RetriableHeaders = []*routev3.HeaderMatcher{exactly(RetryHeader, "1")}
		return []string{"retriable-headers"}
	case slices.Contains(policy.RetriableStatusCodes, http.StatusTooManyRequests):
		// Envoy does not look at the status of a response with x-envoy-ratelimited, which
		// an Envoy adds to the 429 of its rate limit.
		return []string{"retriable-status-codes", "envoy-ratelimited"}
	}
	return []string{"retriable-status-codes"}
}

// statusCodes are codes, and every code of a class such as "4xx".
func statusCodes(on []string) []uint32 {
	var codes []uint32
	for _, s := range on {
		if class, ok := strings.CutSuffix(s, "xx"); ok {
			first, _ := strconv.ParseUint(class+"00", 10, 32) // config has checked it
			for code := first; code < first+100; code++ {
				codes = append(codes, uint32(code))
			}
			continue
		}
		code, _ := strconv.ParseUint(s, 10, 32)
		codes = append(codes, uint32(code))
	}
	return codes
}

// isIdempotent matches requests that may be sent twice.
func isIdempotent() *routev3.HeaderMatcher {
	return matches(":method", &matcherv3.StringMatcher{
		MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: idempotent}},
	})
}
