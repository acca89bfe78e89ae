package main

import (
	"encoding/binary"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
)

// pool is a rule in use. What is out of the pool, and until when, is kept in the host's shared data, where every
// worker of the Envoy and the next configuration find it, and here, so as not to ask again for what is known.
// Times are nanoseconds of the host's monotonic clock.
type pool struct {
	*rule
	keys []string // of each value in the shared data; nil when the rule does not evict
	out  []int64  // until when each value is known to be out
	last int64    // the latest of out; 0 when nothing is known to be out
}

func newPool(rule *rule, filter string) pool {
	p := pool{rule: rule}
	if rule.evict == nil {
		return p
	}
	// Neither part can hold a NUL, so no two rules of one name, and no two values, share a key.
	scope := filter + "\x00" + rule.name + "\x00"
	p.keys = make([]string, len(rule.values))
	p.out = make([]int64, len(rule.values))
	for i, value := range rule.values {
		p.keys[i] = "eviction:" + scope + value
	}
	forgetUnlisted("listed:"+scope, "eviction:"+scope, rule.values)
	return p
}

// choose returns the index of a value that is not out, or of the first value when all are.
func (p *pool) choose(random *random, now func() int64) int {
	value := p.pick(random)
	if p.keys == nil {
		return value
	}
	data, cas := []byte(nil), uint32(0)
	if p.last == 0 {
		if data, cas = sharedData(p.keys[value]); len(data) == 0 {
			return value // the way of nearly every request: nothing is out
		}
	}
	return p.chooseAround(value, data, cas, random, now())
}

// chooseAround is choose for when something is, or was, out. It begins with a value already picked and, unless data is
// empty, what the shared data say of it.
func (p *pool) chooseAround(value int, data []byte, cas uint32, random *random, now int64) int {
	if p.last <= now {
		p.last = 0
	}
	for {
		if p.out[value] <= now {
			if len(data) == 0 {
				data, cas = sharedData(p.keys[value])
			}
			until := expiry(data, now)
			if until == 0 {
				if len(data) > 0 { // over: spare the next request the look at the clock
					_ = proxywasm.SetSharedData(p.keys[value], nil, cas)
				}
				return value
			}
			p.remember(value, until)
		}
		var any bool
		if value, any = p.pickIn(random, now); !any {
			return 0
		}
		data = nil
	}
}

// pickIn is pick among the values that are not known to be out.
func (p *pool) pickIn(random *random, now int64) (value int, any bool) {
	total := uint32(0)
	for i, until := range p.out {
		if until <= now {
			total += p.weight(i)
		}
	}
	if total == 0 {
		return 0, false
	}
	point := random.below(total)
	for i, until := range p.out {
		if until > now {
			continue
		}
		weight := p.weight(i)
		if point < weight {
			return i, true
		}
		point -= weight
	}
	return 0, false
}

// putOut evicts a value until then. An eviction that already lasts longer stays.
func (p *pool) putOut(value int, until int64) {
	data, cas := sharedData(p.keys[value])
	if len(data) == 8 && int64(binary.LittleEndian.Uint64(data)) >= until {
		return
	}
	// When another worker was faster, the value is out already: its eviction stands.
	_ = proxywasm.SetSharedData(p.keys[value], binary.LittleEndian.AppendUint64(nil, uint64(until)), cas)
	p.remember(value, until)
}

func (p *pool) remember(value int, until int64) {
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
	if until <= now || until > now+int64(maxPeriod) {
		return 0
	}
	return until
}
