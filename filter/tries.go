package main

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// In an upstream's chain each try of a request passes the filter as a stream of its own. What the tries before it took is
// a property of the request, for Envoy keeps those with the client's stream (its filter state): two bytes for each
// pool, try after try. A property costs more than all else that a request costs, so it is written when a try fails, and
// read while that is not long ago.

const (
	// triesProperty is what the tries of a request that failed took.
	triesProperty = "livefilter.tries"
	// maxTries are looked back on.
	maxTries = 10
	// backOff is the longest time between two tries.
	backOff = int64(time.Minute)
	// retryHeader on a response has Envoy send the request again (retriable-headers), and goes no further.
	retryHeader = "x-livefilter-retry"
)

// earlierTries returns what the tries before this one took, "" when there were none.
func (r *ruleset) earlierTries() string {
	if !r.config.Retries() || r.vm.failedAt == 0 {
		return ""
	}
	if since := r.moment.Now() - r.vm.failedAt; since < 0 || since > backOff {
		r.vm.failedAt = 0
		return ""
	}
	return strings.Clone(host.Property(triesProperty)) // it is valid until the next call only
}

// triedIn returns which values of a pool they took. It is valid until the next call.
func (r *ruleset) triedIn(tries string, index int) []pool.Choice {
	tried := r.tried[:0]
	for at := 2 * index; at+1 < len(tries) && len(tried) < maxTries; at += 2 * len(r.pools) {
		tried = append(tried, pool.Choice(tries[at])|pool.Choice(tries[at+1])<<8)
	}
	return tried
}

// remember notes for later tries of the request what this one took.
func (c *httpContext) remember() {
	r := c.rules
	tries := []byte(host.Property(triesProperty))
	for i := range r.pools {
		tries = binary.LittleEndian.AppendUint16(tries, uint16(c.chosen[i].Value()+1))
	}
	host.SetProperty(triesProperty, tries)
	r.vm.failedAt = r.moment.Now()
}

// again has Envoy send the request again, unless it would for nothing: another try needs a value that is in, of each
// pool. Where the response comes from another Envoy's rate limit, Envoy would look at nothing but that.
func (c *httpContext) again() {
	c.remember()
	host.RemoveResponseHeader("x-envoy-ratelimited")
	r := c.rules
	for i := range r.pools {
		if !r.pools[i].AnyIn(r.moment.Now()) {
			return
		}
	}
	host.ReplaceResponseHeader(retryHeader, "1")
}
