package main

import (
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
)

// eviction says which responses put a value out of the pool, and for how long.
type eviction struct {
	statuses   []statusRange
	period     time.Duration
	retryAfter bool          // take the response's Retry-After, where it has one, instead of period
	max        time.Duration // bounds what Retry-After may ask for
}

// statusRange is a span of HTTP statuses, both ends included.
type statusRange struct{ from, to int }

func (e *eviction) matches(status int) bool {
	for _, s := range e.statuses {
		if status >= s.from && status <= s.to {
			return true
		}
	}
	return false
}

// wait returns for how many nanoseconds the response at hand evicts.
func (e *eviction) wait(wall func() int64) int64 {
	if e.retryAfter {
		if text, err := proxywasm.GetHttpResponseHeader("retry-after"); err == nil {
			if seconds, ok := retryAfter(text, wall); ok {
				return min(seconds, int64(e.max/time.Second)) * int64(time.Second)
			}
		}
	}
	return int64(e.period)
}

// aboutValue tells whether the response at hand says anything about the value that the request carried: the upstream
// answered, or could not be made to answer. It does not when Envoy or another filter answered by itself (no route, not
// authorized, rate limit). In an upstream filter chain the details are not set yet when the upstream answers.
func aboutValue() bool {
	details, err := proxywasm.GetProperty([]string{"response", "code_details"})
	if err != nil || len(details) == 0 {
		return true
	}
	for _, upstream := range []string{"via_upstream", "upstream_", "response_timeout", "no_healthy_upstream"} {
		if len(details) >= len(upstream) && string(details[:len(upstream)]) == upstream {
			return true
		}
	}
	return false
}
