package config

import "time"

// Header is a rule: it replaces a request header, or several that belong together, by one of
// Values.
type Header struct {
	Name  string   // lower case; ":authority" for Host too. The first of Names, if there are any
	Names []string // of a set, in the order in which the file mentions them; nil without one
	// Values are chosen from as Pick says.
	Values []Value
	// ValuesFrom is the file that Values come from, as in the config: "" if they are in it.
	ValuesFrom string
	Pick       Pick
	Limit      *Limit // nil: a value is used as often as it is chosen
	Evict      *Evict // nil: no value ever sits out
	// WhenAllOut says what takes a request when every value is out or at its limit: the
	// "first" one, the one that is back "soonest", or none: "reject" answers it with 503.
	WhenAllOut string
}

// Headers are the names of the headers that the rule sets.
func (h Header) Headers() []string {
	if h.Names != nil {
		return h.Names
	}
	return []string{h.Name}
}

// The defaults of a rule.
const first = "first"

var random = Pick{Way: "random"}

// Value is a header's value and how often it is chosen, relative to the others.
type Value struct {
	Value string
	// Set has a value for each of the rule's Names, nil where that header is taken off. Value is "" then.
	Set    []*string
	Weight uint32 // 1 to 1000
	As     string // the name that figures have for it; "": its index
}

// Pick is how a value is chosen.
type Pick struct {
	Way string // "random", "round_robin", "in_order" or "sticky"
	// By is what decides in "sticky": "header" or "cookie" called Name, "ip" or "host".
	By, Name string
}

// Limit is how often a value may be used.
type Limit struct {
	Requests uint32
	Per      time.Duration
}

// Evict leaves a value out for a while after a response that it earned.
type Evict struct {
	On []string // sorted: "4xx", "5xx", or codes such as "429" outside of these
	// GRPC are statuses by name, "RESOURCE_EXHAUSTED" say, Header response headers.
	GRPC   []string
	Header []HeaderIs
	After  uint32        // failures in a row
	For    time.Duration // 1 ms to 24 h; 0 if there is nothing but Forever
	// Forever are statuses after which a value is out until the filter is edited; as On.
	Forever []string
	// RetryAfter lets the response's Retry-After header replace For, up to Max.
	RetryAfter bool
	// ResetHeader is another header that does, in lower case; "" for none.
	ResetHeader string
	Max         time.Duration // at least For; 0 without RetryAfter and ResetHeader
}
