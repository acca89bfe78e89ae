// Package pool chooses among a header's values and leaves out those that are evicted.
//
// What is out, and until when, is kept in the host's shared data, where every worker of the Envoy and the next
// configuration find it, and in the pool, so as not to ask again for what is known. Times are nanoseconds of the host's
// monotonic clock.
package pool

import (
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
	relist("listed:"+scope, "eviction:"+scope, rule.Values)
	return p
}

// Choice is the value that a request carries; 0 is none.
type Choice uint16

// OnTrial says that the value was out, and that this request alone tries whether it is good again.
func (c Choice) OnTrial() bool { return c&onTrial != 0 }

// Value returns the value's index.
func (c Choice) Value() int { return int(c&^onTrial) - 1 }

const onTrial Choice = 1 << 15

func among(value int, choices []Choice) bool {
	for _, c := range choices {
		if c != 0 && c.Value() == value {
			return true
		}
	}
	return false
}

// Moment is the time of a request. The clock is read once, and only where it matters: when something is, or was, out.
type Moment struct {
	Clock func() int64
	now   int64
}

// Begin begins another request.
func (m *Moment) Begin() { m.now = 0 }

// Now returns the time.
func (m *Moment) Now() int64 {
	if m.now == 0 {
		m.now = m.Clock()
	}
	return m.now
}

// Choose picks a value that is not out, and none that earlier tries of the request took, as long as there is one. When
// all are out, the rule says what is picked: none, maybe.
func (p *Pool) Choose(random *Random, moment *Moment, tried []Choice) Choice {
	value := p.weights.pick(random)
	if among(value, tried) {
		if other, ok := p.weights.pickWhere(random, nil, 0, tried); ok {
			value = other
		}
	}
	trial := false
	if p.keys != nil {
		var data []byte
		var cas uint32
		if p.last == 0 {
			data, cas = host.SharedData(p.keys[value])
		}
		if p.last != 0 || len(data) > 0 {
			if value, trial = p.chooseAround(value, data, cas, random, moment.Now(), tried); value < 0 {
				return 0
			}
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
func (p *Pool) chooseAround(value int, data []byte, cas uint32, random *Random, now int64, tried []Choice) (_ int, trial bool) {
	if p.last <= now || p.last > now+int64(config.MaxPeriod) { // over; or the clock was set back
		p.last = 0
		clear(p.out)
	}
	for {
		if p.out[value] <= now {
			if len(data) == 0 {
				data, cas = host.SharedData(p.keys[value])
			}
			if len(data) == 0 {
				return value, false
			}
			until := expiry(data, now)
			if until == 0 { // Over. When another worker is faster, the trial is its.
				until = now + lookAgain
				trial = p.swap(value, trialAt(now), cas)
			}
			p.remember(value, until)
			if trial {
				return value, true
			}
		}
		data = nil
		var ok bool
		if value, ok = p.weights.pickWhere(random, p.out, now, tried); ok {
			continue
		}
		if value, ok = p.weights.pickWhere(random, p.out, now, nil); !ok {
			return p.whenAllOut(), false
		}
		tried = nil
	}
}

// whenAllOut returns what is chosen then; -1 is nothing.
func (p *Pool) whenAllOut() int {
	p.counts.allOut.Add()
	switch p.Rule.Evict.WhenAllOut {
	case config.Reject:
		return -1
	case config.Soonest:
		return p.soonest()
	}
	return 0
}

func (p *Pool) soonest() int {
	first := 0
	for i, until := range p.out {
		if until < p.out[first] {
			first = i
		}
	}
	return first
}

// Back returns when the first value is back, at a moment at which all are out.
func (p *Pool) Back() int64 { return p.out[p.soonest()] }

// AnyIn says whether a value is in, as far as anybody knows.
func (p *Pool) AnyIn(now int64) bool {
	for i, key := range p.keys {
		if p.out[i] > now {
			continue
		}
		data, _ := host.SharedData(key)
		until := expiry(data, now)
		if until == 0 {
			return true
		}
		p.remember(i, until)
	}
	return p.keys == nil
}

func (p *Pool) remember(value int, until int64) {
	p.out[value] = until
	p.last = max(p.last, until)
}
