// Package pool chooses among a header's values and leaves out those that are evicted.
//
// What is out, and until when, is kept in the host's shared data, where every worker of the Envoy and the next
// configuration find it, and in the pool, so as not to ask again for what is known. Times are nanoseconds of the host's
// monotonic clock.
package pool

import (
	"encoding/binary"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// Pool is a rule in use.
type Pool struct {
	Rule    *config.Rule
	weights weights
	counts  *counts
	keys    []string // of each value in the shared data; nil when the rule does not evict
	out     []int64  // until when each value is known to be out
	last    int64    // the latest of out; 0 when nothing is known to be out
}

// New returns the pool of a rule of the filter with that name, in the VM whose metrics these are.
func New(metrics *Metrics, filter string, rule *config.Rule) Pool {
	p := Pool{
		Rule:    rule,
		weights: newWeights(len(rule.Values), rule.Weights),
		counts:  metrics.counts(filter, rule.Name, len(rule.Values)),
	}
	if rule.Evict == nil {
		return p
	}
	// No part can hold a NUL, so that no two rules and no two values share a key.
	scope := filter + "\x00" + rule.Name + "\x00"
	p.keys = make([]string, len(rule.Values))
	p.out = make([]int64, len(rule.Values))
	for i, value := range rule.Values {
		p.keys[i] = "eviction:" + scope + value
	}
	forgetUnlisted("listed:"+scope, "eviction:"+scope, rule.Values)
	return p
}

// trialTime is how long others keep off a value whose time out is over, while one request tries it.
const trialTime = int64(time.Second)

// Choice is the value that a request carries; 0 is none.
type Choice uint16

// OnTrial says that the value was out, and that this request alone tries whether it is good again.
func (c Choice) OnTrial() bool { return c&onTrial != 0 }

// Value returns the value's index.
func (c Choice) Value() int { return int(c&^onTrial) - 1 }

const onTrial Choice = 1 << 15

// Choose picks a value that is not out, or the first value when all are. Now is asked only when something is, or was,
// out.
func (p *Pool) Choose(random *Random, now func() int64) Choice {
	value := p.weights.pick(random)
	trial := false
	if p.keys != nil {
		var data []byte
		var cas uint32
		if p.last == 0 {
			data, cas = host.SharedData(p.keys[value])
		}
		if p.last != 0 || len(data) > 0 {
			value, trial = p.chooseAround(value, data, cas, random, now())
		}
	}
	p.counts.chosen(value)
	choice := Choice(value + 1)
	if trial {
		choice |= onTrial
	}
	return choice
}

// chooseAround begins with a value already picked and, unless data is empty, what the shared data say of it.
func (p *Pool) chooseAround(value int, data []byte, cas uint32, random *Random, now int64) (_ int, trial bool) {
	if p.last <= now || p.last > now+int64(config.MaxPeriod) { // over; or the clock was set back
		p.last = 0
		clear(p.out)
	}
	for {
		if p.out[value] <= now {
			if len(data) == 0 {
				data, cas = host.SharedData(p.keys[value])
			}
			until := expiry(data, now)
			if until == 0 {
				if len(data) == 0 {
					return value, false
				}
				// Over. When another worker was faster, the trial is its.
				until = now + min(trialTime, int64(p.Rule.Evict.For))
				trial = p.setUntil(value, until, cas) == nil
			}
			p.remember(value, until)
			if trial {
				return value, true
			}
		}
		var ok bool
		if value, ok = p.weights.pickWhere(random, p.out, now); !ok {
			p.counts.allOut.Add()
			return 0, false
		}
		data = nil
	}
}

// PutOut evicts a value from now on for wait. An eviction that already lasts longer stays.
func (p *Pool) PutOut(value int, now, wait int64) {
	p.counts.evicted(value)
	until := now + wait
	data, cas := host.SharedData(p.keys[value])
	if expiry(data, now) >= until {
		return
	}
	// When another worker was faster, the value is out already: its eviction stands.
	_ = p.setUntil(value, until, cas)
	p.remember(value, until)
}

// Pass ends the trial of a value: it is good again, for every worker.
func (p *Pool) Pass(value int) {
	_, cas := host.SharedData(p.keys[value])
	_ = proxywasm.SetSharedData(p.keys[value], nil, cas)
	p.last = 0 // what else is out is in the shared data
}

func (p *Pool) setUntil(value int, until int64, cas uint32) error {
	return proxywasm.SetSharedData(p.keys[value], binary.LittleEndian.AppendUint64(nil, uint64(until)), cas)
}

func (p *Pool) remember(value int, until int64) {
	p.out[value] = until
	p.last = max(p.last, until)
}

// expiry reads an entry of the shared data; 0 when it is over, or later than any eviction can last, which only
// something else than this filter can have written.
func expiry(data []byte, now int64) int64 {
	if len(data) != 8 {
		return 0
	}
	until := int64(binary.LittleEndian.Uint64(data))
	if until <= now || until > now+int64(config.MaxPeriod) {
		return 0
	}
	return until
}
