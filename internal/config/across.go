package config

import (
	"slices"
	"strings"
)

// EachTry says whether every try of a request passes the filter, in the chain of the upstream's
// cluster. One that balances comes before there is an upstream.
func (f Filter) EachTry() bool { return f.Retry != nil && f.Balance == nil }

// Across says whether the next try of a request goes to another upstream.
func (f Filter) Across() bool { return f.Retry != nil && f.Balance != nil }

// across reports what a filter cannot have that sends requests again to another upstream. It
// sees the answer to the last try alone: of those before it knows only that they were followed
// by another.
func (f Filter) across(balance, retry value) {
	if len(f.Headers) > 0 {
		balance.errorf("headers with retry are chosen anew for each try, and balance before the first; give balance a filter of its own")
		return
	}
	if len(f.Retry.GRPC) > 0 {
		retry.errorf("grpc needs a filter in the chain of the upstream, where each try passes; balance comes before")
	}
	if f.Balance.Evict == nil {
		return
	}
	var lacks []string
	for _, status := range f.Retry.On {
		if !covered(status, f.Balance.Evict.On) {
			lacks = append(lacks, status)
		}
	}
	if lacks != nil {
		retry.errorf("what is sent to another upstream must evict too, for the filter sees the answer to the last try alone: "+
			"balance.evict.on lacks %s", strings.Join(lacks, ", "))
	}
}

// covered says whether a status, or class of them, is among others.
func covered(status string, on []string) bool {
	return slices.Contains(on, status) || !strings.HasSuffix(status, "xx") && slices.Contains(on, status[:1]+"xx")
}
