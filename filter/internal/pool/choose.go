package pool

import (
	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// Choose picks a value that is not out, and none that earlier tries of the request took, as long as there is one. When
// all are out, the rule says what is picked: none, maybe.
func (p *Pool) Choose(random *Random, moment *Moment, tried []Choice) Choice {
	now := int64(0)
	if p.last != 0 || p.buckets != nil {
		now = moment.Now()
		if p.last <= now || p.last > now+int64(config.MaxPeriod) { // over; or the clock was set back
			p.last = 0
		}
	}
	if p.sticky != nil {
		p.client = client(&p.Rule.Pick)
	}
	value, ok := p.pick(random, now, tried)
	trial := false
	for ok && p.out != nil {
		var in bool
		if in, trial = p.admits(value, moment); in {
			break
		}
		value, ok = p.pick(random, moment.Now(), tried)
	}
	if !ok {
		if value = p.whenAllOut(moment.Now()); value < 0 {
			return 0
		}
	}
	p.countChosen(value)
	choice := Choice(value + 1)
	if trial {
		choice |= onTrial
	}
	return choice
}

// pick returns a value that is in, as far as the pool knows, and was not tried, as long as there is one; not ok when all
// are out.
func (p *Pool) pick(random *Random, now int64, tried []Choice) (value int, ok bool) {
	if p.Rule.Pick.Way == config.Random {
		value = p.weights.pick(random)
		if (p.last == 0 || p.out[value] <= now) && !among(value, tried) {
			return value, true
		}
	}
	until := p.out
	if p.last == 0 {
		until = nil
	}
	if value, ok = p.pickWhere(random, until, now, tried); !ok && len(tried) > 0 {
		return p.pickWhere(random, until, now, nil)
	}
	return value, ok
}

// pickWhere picks among the values whose until is not after now, and which are not among tried, as the rule says.
func (p *Pool) pickWhere(random *Random, until []int64, now int64, tried []Choice) (value int, ok bool) {
	switch {
	case p.Rule.Pick.Way == config.InOrder:
		for ; value < p.weights.n; value++ {
			if open(value, until, now, tried) {
				return value, true
			}
		}
		return 0, false
	case p.Rule.Pick.Way == config.RoundRobin:
		if value, ok = p.turns.next(&p.weights, until, now, tried); ok {
			return value, true
		}
	case p.client != 0:
		return p.sticky.pick(&p.weights, p.client, until, now, tried)
	}
	return p.weights.pickWhere(random, until, now, tried)
}

// admits says whether a value is in by what the shared data say, which then have the request, and whether it is on trial.
// Where it is not, the pool remembers that.
func (p *Pool) admits(value int, moment *Moment) (in, trial bool) {
	if p.keys != nil {
		if data, cas := host.SharedData(p.keys[value]); len(data) > 0 {
			now := moment.Now()
			until := p.expiry(data, now)
			if until == 0 { // Over. When another worker is faster, the trial is its.
				until = now + lookAgain
				trial = p.swap(value, trialAt(now), cas)
			}
			p.remember(value, until)
			if !trial {
				return false, false
			}
		}
	}
	if p.buckets != nil {
		now := moment.Now()
		if back, ok := p.take(value, now); !ok {
			if trial {
				p.giveBack(value, now)
			}
			p.remember(value, back)
			return false, false
		}
	}
	return true, trial
}

// whenAllOut returns what is chosen then; -1 is nothing.
func (p *Pool) whenAllOut(now int64) (value int) {
	p.counts.allOut.Add()
	switch p.Rule.WhenAllOut {
	case config.Reject:
		return -1
	case config.Soonest:
		value = p.soonest()
	}
	if p.buckets != nil {
		p.take(value, now)
	}
	return value
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
	for i, until := range p.out {
		if p.last != 0 && until > now {
			continue
		}
		back := int64(0)
		if p.keys != nil {
			data, _ := host.SharedData(p.keys[i])
			back = p.expiry(data, now)
		}
		if p.buckets != nil {
			_, token, _ := p.bucket(i, now)
			back = max(back, token)
		}
		if back <= now {
			return true
		}
		p.remember(i, back)
	}
	return p.out == nil
}

func (p *Pool) remember(value int, until int64) {
	if p.last == 0 {
		clear(p.out) // what was known is over, or may be
	}
	p.out[value] = until
	p.last = max(p.last, until)
}
