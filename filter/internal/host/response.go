package host

import "github.com/livefilter/livefilter/filter/internal/decimal"

// ResponseStatus returns the response's status, or 0 where it has none. Only in a response's callbacks.
func ResponseStatus() int {
	code, _ := decimal.Parse(Headers.Get(":status"), 3)
	return int(code)
}

// GRPCStatus returns the gRPC status that this part of the response has; -1 where it has none.
func (p Part) GRPCStatus() int {
	code, ok := decimal.Parse(p.Get("grpc-status"), 2)
	if !ok {
		return -1
	}
	return int(code)
}

// GRPC says whether the response has its gRPC status in trailers, unless it is among its headers. With gRPC-Web it is
// in neither.
func GRPC() bool {
	const prefix = "application/grpc"
	kind := Headers.Get("content-type")
	return hasPrefix(kind, prefix) && (len(kind) == len(prefix) || kind[len(prefix)] != '-')
}

// Blame is whose doing a response is.
type Blame byte

// What there is to blame.
const (
	Nobody   Blame = iota // Envoy or another filter answered by itself: no route, not authorized, a limit of its own
	Failed                // the upstream could not be made to answer
	Upstream              // the upstream answered
)

// Blamed says whose doing the response at hand is, by Envoy's details of the response code. They are not set yet when
// an upstream's answer passes an upstream filter chain, so that none means an upstream.
func Blamed() Blame {
	details := Property("response\x00code_details")
	switch {
	case details == "" || details == "via_upstream":
		return Upstream
	case hasPrefix(details, "upstream_reset_before_response_started{over"):
		return Nobody // {overflow} of a circuit breaker, {overload_manager}
	case hasPrefix(details, "upstream_"), // reset, per-try timeout, with or without a reason
		details == "response_timeout", // the route's timeout
		details == "no_healthy_upstream":
		return Failed
	case details == "stream_idle_timeout" && ResponseStatus() == 504:
		return Failed // the request was complete; where it was not, Envoy answers 408, and it is the client
	}
	return Nobody
}

func hasPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && text[:len(prefix)] == prefix
}

// Tries returns how often Envoy sent the request at hand; 1 where it does not say.
func Tries() int {
	count := Property("upstream\x00request_attempt_count")
	if count == "" {
		return 1
	}
	return int(count[0]) // of an integer, the lowest byte first
}
