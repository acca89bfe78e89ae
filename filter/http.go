package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// httpContext is one request and its response, under the configuration that it began with. In an upstream's chain it is
// one try.
type httpContext struct {
	types.DefaultHttpContext
	rules *ruleset
	// chosen holds what each pool chose for the request: nothing before it came this far, for a filter in front may
	// have answered it.
	chosen   [config.MaxRules]pool.Choice
	began    int64 // when the trials among chosen did
	answered bool
}

// OnHttpRequestHeaders implements types.HttpContext: every configured header is replaced.
func (c *httpContext) OnHttpRequestHeaders(int, bool) types.Action {
	r := c.rules
	r.moment.Begin()
	tried := r.earlierTries()
	for i := range r.pools {
		p := &r.pools[i]
		choice := p.Choose(&r.random, &r.moment, r.triedIn(tried, i))
		if choice == 0 {
			c.reject(p)
			return types.ActionPause
		}
		c.chosen[i] = choice
		if choice.OnTrial() {
			c.began = r.moment.Now()
		}
		// Envoy cannot refuse a header that the parser let through.
		host.ReplaceRequestHeader(p.Rule.Name, p.Rule.Values[choice.Value()])
	}
	return types.ActionContinue
}

// OnHttpResponseHeaders implements types.HttpContext: a value may be evicted, and the response says which filter it
// passed.
func (c *httpContext) OnHttpResponseHeaders(int, bool) types.Action {
	r := c.rules
	if r.looks && c.chosen[0] != 0 {
		status := host.ResponseStatus()
		r.moment.Begin()
		c.judge(status)
		if r.config.RetryOn.Has(status) {
			c.again()
		}
		c.answered = true
	}
	if header := r.config.ResponseHeader; header != "" {
		host.ReplaceResponseHeader(header, r.config.Name)
	}
	return types.ActionContinue
}

// done is called when the stream is over, answered or not: the client may have gone away, or a try had no response.
func (c *httpContext) done() {
	if c.answered || c.chosen[0] == 0 || !c.rules.looks {
		return
	}
	c.rules.moment.Begin()
	c.release()
	if c.rules.config.RetryOn != nil {
		c.remember()
	}
}

// release ends the request's trials, which told nothing.
func (c *httpContext) release() {
	for i := range c.rules.pools {
		if c.chosen[i].OnTrial() {
			c.rules.pools[i].Release(c.chosen[i].Value(), c.began)
		}
	}
}
