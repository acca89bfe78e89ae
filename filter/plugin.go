package main

import (
	"math/rand/v2"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// pluginContext is one plugin configuration in one VM. A change of configuration makes a new one; requests that
// began under the old one finish under it.
type pluginContext struct {
	types.DefaultPluginContext
	id     uint32
	clocks clocks
	random random
	config config
	pools  []pool // one for each of the configuration's rules
	evicts bool   // at least one of the pools evicts
}

// OnPluginStart implements types.PluginContext. Envoy refuses the configuration (a NACK, over xDS) when it returns
// OnPluginStartStatusFailed; the reason is in the log line.
func (p *pluginContext) OnPluginStart(size int) types.OnPluginStartStatus {
	var data []byte
	var err error
	if size > 0 {
		data, err = proxywasm.GetPluginConfiguration()
	}
	if err == nil {
		p.config, err = parseConfig(string(data))
	}
	if err != nil {
		proxywasm.LogCritical("plugin configuration: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	p.random.state = rand.Uint64()
	p.pools = make([]pool, len(p.config.rules))
	for i := range p.pools {
		p.pools[i] = newPool(&p.config.rules[i], p.config.name)
		p.evicts = p.evicts || p.config.rules[i].evict != nil
	}
	return types.OnPluginStartStatusOK
}

// NewHttpContext implements types.PluginContext. The compiled module keeps its contexts elsewhere: see streams.
func (p *pluginContext) NewHttpContext(uint32) types.HttpContext {
	return &httpContext{plugin: p}
}
