package snapshot

import (
	"math"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	// retryShare is how much of the traffic may be second tries, in percent.
	retryShare = 50
	// retryFloor is how many requests at once may be second tries in any case. Envoy takes the
	// share of the requests that an upstream has now, and a connection that breaks takes all of
	// its requests with it: a small floor would refuse nearly every one of them a second try.
	retryFloor = 10_000
)

// unlimited are circuit breakers that do not break. Envoy's defaults are 1,024 connections,
// waiting requests and requests, and 3 second tries, by cluster; what is beyond that gets 503,
// though the upstream is well.
func unlimited() *clusterv3.CircuitBreakers {
	none := wrapperspb.UInt32(math.MaxUint32)
	return &clusterv3.CircuitBreakers{Thresholds: []*clusterv3.CircuitBreakers_Thresholds{{
		MaxConnections: none, MaxPendingRequests: none, MaxRequests: none,
		RetryBudget: &clusterv3.CircuitBreakers_Thresholds_RetryBudget{
			BudgetPercent:       &typev3.Percent{Value: retryShare},
			MinRetryConcurrency: wrapperspb.UInt32(retryFloor),
		},
	}}}
}
