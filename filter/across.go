package main

import (
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// In the listener's chain a request passes once, whatever number of tries it takes, and so does the response to the last
// of them. Where each try takes the next value of the list (upstreams, for which Envoy's retry policy does it), it is
// known nonetheless what failed before: the values from the one that was chosen on.

// triedNext puts out the values whose tries were followed by another, from a choice on, and returns the one that the
// response at hand is of.
func (r *ruleset) triedNext(p *pool.Pool, choice pool.Choice) pool.Choice {
	for n := host.Tries(); n > 1; n-- {
		r.failed(p, choice, failed, int64(p.Rule.Evict.For))
		choice = p.Next(choice)
	}
	return choice
}
