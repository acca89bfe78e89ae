package main

import (
	"slices"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// vmContext is one Wasm VM: one worker thread of one Envoy. Old and new plugin contexts live in it side by side while
// a configuration changes, so it holds no state of theirs but what Envoy keeps for the VM: which metrics are defined.
type vmContext struct {
	types.DefaultVMContext
	clocks  host.Clocks
	metrics pool.Metrics
	// failedAt is when a try of a request failed last; 0 when that is so long ago that another would have come.
	failedAt int64
	plugins  []*pluginContext // those that are alive, oldest first: one, or two during a change
}

// add makes another plugin context.
func (v *vmContext) add(id uint32) *pluginContext {
	p := &pluginContext{id: id, vm: v, rules: &ruleset{}}
	v.plugins = append(v.plugins, p)
	return p
}

// plugin returns the plugin context with that id, or nil.
func (v *vmContext) plugin(id uint32) *pluginContext {
	for _, p := range v.plugins {
		if p.id == id {
			return p
		}
	}
	return nil
}

// forget lets go of a plugin context.
func (v *vmContext) forget(id uint32) {
	v.plugins = slices.DeleteFunc(v.plugins, func(p *pluginContext) bool { return p.id == id })
}
