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
	turns   turns  // of RoundRobin
	sticky  sticky // of Sticky
	client  uint64 // whose request is at hand; 0 where that cannot be told
	clocks  host.Clocks
	counts  *counts
	values  []*valueCounts
	keys    []string // of each value in the shared data; nil when the rule does not evict
	failing []string // likewise of its failures in a row; nil when one is enough
	buckets []string // likewise; nil when the rule has no limit
	out     []int64  // until when each value is known to be out; nil when none ever is
	last    int64    // the latest of out; 0 when nothing is known to be out
}

// New returns the pool of a rule of the filter with that name, in the VM whose metrics these are.
func New(metrics *Metrics, clocks host.Clocks, filter string, rule *config.Rule) Pool {
	p := Pool{
		Rule:    rule,
		weights: newWeights(len(rule.Values), rule.Weights),
		clocks:  clocks,
		counts:  metrics.counts(filter, rule.Name),
		values:  make([]*valueCounts, len(rule.Values)),
	}
	// No part can hold a NUL, so that no two rules and no two values share a key.
	scope := filter + "\x00" + rule.Name + "\x00"
	if rule.Pick.Way == config.RoundRobin {
		p.turns = newTurns("turn:"+scope, &p.weights)
	}
	for i, value := range rule.Values {
		alias := ""
		if rule.Aliases != nil {
			alias = rule.Aliases[i]
		}
		p.values[i] = p.counts.of(i, alias)
		if rule.Pick.Way == config.Sticky {
			p.sticky = append(p.sticky, hashOf(value))
		}
		if rule.Evict != nil {
			p.keys = append(p.keys, "eviction:"+scope+value)
			if rule.Evict.After > 1 {
				p.failing = append(p.failing, "failing:"+scope+value)
			}
		}
		if rule.Limit != nil {
			p.buckets = append(p.buckets, "bucket:"+scope+value)
		}
	}
	if rule.Evict != nil || rule.Limit != nil {
		p.out = make([]int64, len(rule.Values))
	}
	p.showAll(rule.Evict != nil && p.relist(scope))
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
