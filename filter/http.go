package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// httpContext is one request and its response, under the configuration that it began with.
type httpContext struct {
	types.DefaultHttpContext
	plugin *pluginContext
}

// OnHttpRequestHeaders implements types.HttpContext: every configured header is replaced.
func (c *httpContext) OnHttpRequestHeaders(int, bool) types.Action {
	rules := c.plugin.config.rules
	for i := range rules {
		rule := &rules[i]
		// Envoy cannot refuse a header that the parser let through.
		_ = proxywasm.ReplaceHttpRequestHeader(rule.name, rule.values[rule.pick(&c.plugin.random)])
	}
	return types.ActionContinue
}

// OnHttpResponseHeaders implements types.HttpContext: every response says which filter it passed.
func (c *httpContext) OnHttpResponseHeaders(int, bool) types.Action {
	if header := c.plugin.config.responseHeader; header != "" {
		_ = proxywasm.ReplaceHttpResponseHeader(header, c.plugin.config.name)
	}
	return types.ActionContinue
}
