package main

import (
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// httpContext is one request and its response, under the configuration that it began with.
type httpContext struct {
	types.DefaultHttpContext
	rules *ruleset
	// chosen holds what each pool chose for the request: nothing before it came this far, for a filter in front may
	// have answered it.
	chosen [config.MaxRules]pool.Choice
}

// OnHttpRequestHeaders implements types.HttpContext: every configured header is replaced.
func (c *httpContext) OnHttpRequestHeaders(int, bool) types.Action {
	r := c.rules
	for i := range r.pools {
		p := &r.pools[i]
		c.chosen[i] = p.Choose(&r.random, r.clocks.Monotonic)
		// Envoy cannot refuse a header that the parser let through.
		_ = proxywasm.ReplaceHttpRequestHeader(p.Rule.Name, p.Rule.Values[c.chosen[i].Value()])
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

// evict puts the values that the request carried out of their pools, where the response asks for it, and back in where
// it shows that they are good again.
func (c *httpContext) evict(status int) {
	r := c.rules
	for i := range r.pools {
		evict, choice := r.pools[i].Rule.Evict, c.chosen[i]
		if evict == nil || choice == 0 {
			continue
		}
		if evict.Matches(status) {
			if !host.FromUpstream() {
				continue
			}
			if wait := r.wait(evict); wait > 0 {
				r.pools[i].PutOut(choice.Value(), r.clocks.Monotonic(), int64(wait))
				continue
			}
		}
		if choice.OnTrial() {
			r.pools[i].Pass(choice.Value())
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
