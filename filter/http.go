package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// httpContext is one request and its response, under the configuration that it began with.
type httpContext struct {
	types.DefaultHttpContext
	plugin *pluginContext
	// chosen holds, for each pool, the index of the value that the request carries, plus 1. It is 0 before the request
	// came this far: a filter in front may have answered it.
	chosen [maxRules]uint16
}

// OnHttpRequestHeaders implements types.HttpContext: every configured header is replaced.
func (c *httpContext) OnHttpRequestHeaders(int, bool) types.Action {
	p := c.plugin
	for i := range p.pools {
		pool := &p.pools[i]
		value := pool.choose(&p.random, p.clocks.monotonic)
		c.chosen[i] = uint16(value + 1)
		// Envoy cannot refuse a header that the parser let through.
		_ = proxywasm.ReplaceHttpRequestHeader(pool.name, pool.values[value])
	}
	return types.ActionContinue
}

// OnHttpResponseHeaders implements types.HttpContext: a value may be evicted, and the response says which filter it
// passed.
func (c *httpContext) OnHttpResponseHeaders(int, bool) types.Action {
	p := c.plugin
	if p.evicts {
		c.evict(responseStatus())
	}
	if header := p.config.responseHeader; header != "" {
		_ = proxywasm.ReplaceHttpResponseHeader(header, p.config.name)
	}
	return types.ActionContinue
}

// evict puts the values that the request carried out of their pools, where the response's status asks for it.
func (c *httpContext) evict(status int) {
	p := c.plugin
	for i := range p.pools {
		pool, value := &p.pools[i], int(c.chosen[i])-1
		if pool.evict != nil && value >= 0 && pool.evict.matches(status) && aboutValue() {
			pool.putOut(value, p.clocks.monotonic()+pool.evict.wait(p.clocks.wall))
		}
	}
}
