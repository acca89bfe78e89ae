package host

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

// FromUpstream says whether the response at hand tells anything about the upstream: it answered, or could not be made
// to answer. It is false when Envoy or another filter answered by itself (no route, not authorized, rate limit).
//
// Envoy's details of the response code tell them apart. They are not set yet when an upstream's answer passes an
// upstream filter chain, so that none means an upstream.
func FromUpstream() bool {
	details, err := proxywasm.GetProperty([]string{"response", "code_details"})
	if err != nil || len(details) == 0 {
		return true
	}
	for _, prefix := range []string{
		"via_upstream",
		"upstream_",        // reset, per-try timeout, overflow of the stream's duration, with or without a reason
		"response_timeout", // the route's timeout
		"no_healthy_upstream",
	} {
		if len(details) >= len(prefix) && string(details[:len(prefix)]) == prefix {
			return true
		}
	}
	return false
}

// RetryAfter returns the seconds that the response at hand asks to wait, by its Retry-After header (RFC 9110, section
// 10.2.3): a number, or a date, which wall, in seconds since 1970, turns into one. Other forms of dates than the one
// that may be sent are not read.
func RetryAfter(wall func() int64) (seconds int64, ok bool) {
	text, err := proxywasm.GetHttpResponseHeader("retry-after")
	if err != nil {
		return 0, false
	}
	if seconds, ok = number(text, 9); ok {
		return seconds, true
	}
	date, ok := httpDate(text)
	if !ok {
		return 0, false
	}
	return max(0, date-wall()), true
}
