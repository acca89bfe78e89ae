//go:build !tinygo

package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

// NewPluginContext implements types.VMContext.
func (v *vmContext) NewPluginContext(id uint32) types.PluginContext { return v.add(id) }

// NewHttpContext implements types.PluginContext. Natively the SDK calls a stream's context; in the module
// dispatch_wasm.go does.
func (p *pluginContext) NewHttpContext(uint32) types.HttpContext {
	return &httpContext{rules: p.rules}
}

// OnHttpStreamDone implements types.HttpContext: natively the SDK says so before a stream is deleted.
func (c *httpContext) OnHttpStreamDone() { c.done() }
