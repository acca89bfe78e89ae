package pool

import (
	"time"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// An entry of the shared data is empty while its value is in, else 8 bytes: until when the value is out, with the lowest
// bit set where that is a trial. A time that is over stays until a request tries the value. Out until the configuration
// changes is a time that no clock comes to, with the configuration's edition in it.

const (
	// trialTime bounds a trial whose end nobody hears of: its VM died, or the upstream takes that long to answer.
	trialTime = int64(time.Minute)
	// lookAgain is for how long a pool relies on what it knows of another's trial, which may end at any time.
	lookAgain = int64(100 * time.Millisecond)
	// forever is the least entry of those that end with an edit.
	forever = int64(1) << 62
)

// Forever is the wait of a value that is out until the configuration changes.
const Forever int64 = -1

// trialAt is the entry of a trial that began at that moment.
func trialAt(began int64) int64 { return began + trialTime | 1 }

// untilEdited is the entry of a value that is out until the configuration changes.
func (p *Pool) untilEdited() int64 { return forever | int64(p.Rule.Evict.Edition)<<1 }

// expiry returns until when an entry's value is to be left out; 0 when that is over, or later than any eviction can
// last, which only something else than this filter can have written.
func (p *Pool) expiry(data []byte, now int64) int64 {
	until := number(data)
	switch {
	case until >= forever && until == p.untilEdited():
		return now + int64(config.MaxPeriod) // looked up again then
	case until <= now || until > now+int64(config.MaxPeriod):
		return 0
	case until&1 != 0:
		return min(until, now+lookAgain)
	}
	return until
}

// PutOut evicts a value from now on for wait. An eviction that already lasts longer stays.
func (p *Pool) PutOut(value int, now, wait int64) {
	p.countEvicted(value)
	until, known := p.untilEdited(), now+int64(config.MaxPeriod)
	if wait != Forever {
		until = (now + wait) &^ 1
		known = until
	}
	for range 100 { // each time that a swap fails, another worker's has not
		data, cas := host.SharedData(p.keys[value])
		if other := number(data); other&1 == 0 && p.expiry(data, now) >= known && until < forever {
			until, known = other, p.expiry(data, now)
			break
		}
		if p.swap(value, until, cas) {
			break
		}
	}
	p.show(value, until)
	p.remember(value, known)
}

// Pass ends the trial of a value: it is good again, for every worker. An eviction that came meanwhile stays.
func (p *Pool) Pass(value int) {
	if data, cas := host.SharedData(p.keys[value]); number(data)&1 != 0 && host.SwapSharedData(p.keys[value], nil, cas) {
		p.show(value, 0)
	}
	p.last = 0 // what else is out is in the shared data
}

// Release ends a trial that began at that moment and told nothing: the next request tries.
func (p *Pool) Release(value int, began int64) {
	p.giveBack(value, began)
	p.last = 0
}

func (p *Pool) giveBack(value int, began int64) {
	if data, cas := host.SharedData(p.keys[value]); number(data) == trialAt(began) {
		p.swap(value, began&^1, cas)
	}
}

func (p *Pool) swap(value int, until int64, cas uint32) bool {
	return swapNumber(p.keys[value], until, cas)
}
