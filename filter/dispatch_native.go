//go:build !tinygo

package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

// NewHttpContext implements types.PluginContext. Natively the SDK calls a stream's context; in the module
// dispatch_wasm.go does.
func (p *pluginContext) NewHttpContext(uint32) types.HttpContext {
	return &httpContext{rules: p.rules}
}
