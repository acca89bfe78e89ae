package main

import (
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// httpContext is one request and its response, under the configuration that it began with.
type httpContext struct {
	types.DefaultHttpContext
	rules *ruleset
	// chosen holds, for each pool, the index of the value that the request carries, plus 1. It is 0 before the request
	// came this far: a filter in front may have answered it.
	chosen [config.MaxRules]uint16
}

// OnHttpRequestHeaders implements types.HttpContext: every configured header is replaced.
func (c *httpContext) OnHttpRequestHeaders(int, bool) types.Action {
	r := c.rules
	for i := range r.pools {
		pool := &r.pools[i]
		value := pool.Choose(&r.random, r.clocks.Monotonic)
		c.chosen[i] = uint16(value + 1)
		// Envoy cannot refuse a header that the parser let through.
		_ = proxywasm.ReplaceHttpRequestHeader(pool.Rule.Name, pool.Rule.Values[value])
	}
	return types.ActionContinue
}

// OnHttpResponseHeaders implements types.HttpContext: a value may be evicted, and the response says which filter it
// passed.
func (c *httpContext) OnHttpResponseHeaders(int, bool) types.Action {
	if c.rules.evicts {
		c.evict(host.ResponseStatus())
	}
	if header := c.rules.config.ResponseHeader; header != "" {
		_ = proxywasm.ReplaceHttpResponseHeader(header, c.rules.config.Name)
	}
	return types.ActionContinue
}

// evict puts the values that the request carried out of their pools, where the response asks for it.
func (c *httpContext) evict(status int) {
	r := c.rules
	for i := range r.pools {
		evict, value := r.pools[i].Rule.Evict, int(c.chosen[i])-1
		if evict == nil || value < 0 || !evict.Matches(status) || !host.FromUpstream() {
			continue
		}
		if wait := r.wait(evict); wait > 0 {
			r.pools[i].PutOut(value, r.clocks.Monotonic(), int64(wait))
		}
	}
}

// wait returns for how long the response at hand evicts.
func (r *ruleset) wait(evict *config.Eviction) time.Duration {
	if evict.RetryAfter {
		if seconds, ok := host.RetryAfter(r.clocks.Wall); ok {
			return min(time.Duration(min(seconds, 1e9))*time.Second, evict.Max)
		}
	}
	return evict.For
}
