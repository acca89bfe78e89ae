package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

// vmContext is one Wasm VM: one worker thread of one Envoy. Old and new plugin contexts live in it side by side while
// a configuration changes, so it holds no state of theirs.
type vmContext struct {
	types.DefaultVMContext
}

// NewPluginContext implements types.VMContext.
func (*vmContext) NewPluginContext(uint32) types.PluginContext {
	return &pluginContext{}
}
