package snapshot

import (
	"strconv"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/config"
)

const (
	// idempotent are the methods that RFC 9110, section 9.2.2, calls so.
	idempotent = "^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$"
	// retryShare is how much of the traffic may be second tries, in percent, retryFloor how
	// many at once may be in any case. Envoy's own default is three at once.
	retryShare, retryFloor = 50, 10
	// A try differs by its value, so there is nothing to wait for but a burst to pass.
	retryWait, retryMaxWait = 5 * time.Millisecond, 50 * time.Millisecond
)

// retrying returns the rule by which requests are sent again, nil if there is none.
func retrying(filters []config.Filter) *config.Retry {
	for _, f := range filters {
		if f.Retry != nil {
			return f.Retry
		}
	}
	return nil
}

func retryPolicy(r *config.Retry) *routev3.RetryPolicy {
	return &routev3.RetryPolicy{
		RetryOn:              "retriable-status-codes",
		RetriableStatusCodes: statusCodes(r.On),
		NumRetries:           wrapperspb.UInt32(r.Tries - 1),
		RetryBackOff: &routev3.RetryPolicy_RetryBackOff{
			BaseInterval: durationpb.New(retryWait), MaxInterval: durationpb.New(retryMaxWait),
		},
	}
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

func retryBudget() *clusterv3.CircuitBreakers {
	return &clusterv3.CircuitBreakers{Thresholds: []*clusterv3.CircuitBreakers_Thresholds{{
		RetryBudget: &clusterv3.CircuitBreakers_Thresholds_RetryBudget{
			BudgetPercent:       &typev3.Percent{Value: retryShare},
			MinRetryConcurrency: wrapperspb.UInt32(retryFloor),
		},
	}}}
}

// isIdempotent matches requests that may be sent twice.
func isIdempotent() *routev3.HeaderMatcher {
	return &routev3.HeaderMatcher{
		Name: ":method",
		HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{StringMatch: &matcherv3.StringMatcher{
			MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: idempotent}},
		}},
	}
}
