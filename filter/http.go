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
	waits    uint16 // a bit for each pool that judges by the trailers
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
		replace(p.Rule, p.Rule.Values[choice.Value()])
	}
	return types.ActionContinue
}

// replace sets what a rule chose. Envoy cannot refuse a header that the parser let through.
func replace(rule *config.Rule, value string) {
	if rule.Names == nil {
		host.ReplaceRequestHeader(rule.Name, value)
		return
	}
	for _, name := range rule.Names {
		var part string
		var ok bool
		if part, value, ok = config.CutPart(value); ok {
			host.ReplaceRequestHeader(name, part)
		} else {
			host.RemoveRequestHeader(name)
		}
	}
}

// OnHttpResponseHeaders implements types.HttpContext: a value may be evicted, and the response says which filter it
// passed.
func (c *httpContext) OnHttpResponseHeaders(_ int, end bool) types.Action {
	r := c.rules
	if r.looks && c.chosen[0] != 0 {
		status := host.ResponseStatus()
		r.moment.Begin()
		code := -1
		if r.grpc {
			code = host.Headers.GRPCStatus()
		}
		c.judge(answer{host.Headers, status, code, end})
		if r.config.RetryOn.Has(status) || r.config.RetryGRPC.Has(code) {
			c.again()
		}
		c.answered = true
	}
	if header := r.config.ResponseHeader; header != "" {
		host.ReplaceResponseHeader(header, r.config.Name)
	}
	return types.ActionContinue
}

// OnHttpResponseTrailers implements types.HttpContext: that is where the status of most gRPC responses is.
func (c *httpContext) OnHttpResponseTrailers(int) types.Action {
	if c.waits != 0 {
		c.rules.moment.Begin()
		c.judge(answer{host.Trailers, 0, host.Trailers.GRPCStatus(), true})
		c.waits = 0
	}
	return types.ActionContinue
}

// done is called when the stream is over, answered or not: the client may have gone away, or a try had no response.
func (c *httpContext) done() {
	if c.answered && c.waits == 0 || c.chosen[0] == 0 || !c.rules.looks {
		return
	}
	c.rules.moment.Begin()
	c.release()
	if !c.answered && c.rules.config.Retries() {
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
