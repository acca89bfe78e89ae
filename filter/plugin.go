package main

import (
	"math/rand/v2"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// pluginContext is one plugin configuration in one VM. A change of configuration makes a new one; requests that
// began under the old one finish under it.
type pluginContext struct {
	types.DefaultPluginContext
	id    uint32
	vm    *vmContext
	rules *ruleset
}

// ruleset is a configuration in use.
type ruleset struct {
	config config.Config
	pools  []pool.Pool // one for each of the configuration's rules
	looks  bool        // at responses: a pool evicts, or there are retries
	grpc   bool        // at their gRPC status
	vm     *vmContext
	clocks host.Clocks
	random pool.Random
	moment pool.Moment
	tried  [maxTries]pool.Choice
}

// OnPluginStart implements types.PluginContext. Envoy refuses the configuration (a NACK, over xDS) when it returns
// OnPluginStartStatusFailed; the reason is in the log line.
func (p *pluginContext) OnPluginStart(size int) types.OnPluginStartStatus {
	text := ""
	if size > 0 {
		text = string(host.PluginConfiguration())
	}
	c, err := config.Parse(text)
	if err != nil {
		host.LogCritical("plugin configuration: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	edition := fnv1a(text)
	p.rules = newRuleset(c, edition, p.vm)
	if c.Name != "" {
		p.vm.metrics.SetConfig(c.Name, edition)
	}
	return types.OnPluginStartStatusOK
}

func newRuleset(c config.Config, edition uint32, vm *vmContext) *ruleset {
	r := &ruleset{
		config: c,
		vm:     vm,
		pools:  make([]pool.Pool, len(c.Rules)),
		clocks: vm.clocks,
		random: pool.Random{State: rand.Uint64()},
		moment: pool.Moment{Clock: vm.clocks.Monotonic},
		looks:  c.Retries(),
		grpc:   c.RetryGRPC != 0,
	}
	for i := range r.pools {
		if evict := c.Rules[i].Evict; evict != nil {
			evict.Edition = edition
			r.looks = true
			r.grpc = r.grpc || evict.GRPC != 0
		}
		r.pools[i] = pool.New(&vm.metrics, vm.clocks, c.Name, &c.Rules[i])
	}
	return r
}

// fnv1a is the 32-bit FNV-1a hash of a configuration, by which a metric tells which one is in use.
func fnv1a(text string) uint32 {
	hash := uint32(2166136261)
	for i := range len(text) {
		hash = (hash ^ uint32(text[i])) * 16777619
	}
	return hash
}
