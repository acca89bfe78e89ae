package figures

import (
	"math"
	"time"
)

// window is how far back an Envoy's traffic is looked at, in slots of time.
const (
	window = time.Minute
	slots  = 6
	slot   = window / slots
)

// An Envoy reports every 10 s; one that has sent maxReports at once is heard once a second.
const maxReports = 20

// counts are those of each slot; the one of now is at slot number modulo slots.
type counts [slots]uint32

func (c *counts) add(slot int64, n uint64) {
	at := &c[slot%slots]
	*at = uint32(min(uint64(*at)+n, math.MaxUint32))
}

func (c *counts) sum() (n uint64) {
	for _, v := range c {
		n += uint64(v)
	}
	return n
}

// envoy is what one Envoy said in the last minute.
type envoy struct {
	series map[series]*counts
	slot   int64 // the number of the one of now
	heard  time.Time
	budget float64 // reports that may come at once
	last   verdict // of the latest report that had requests

	out   map[valueID]out // values that are out
	tells bool            // it would say so
	told  time.Time       // when it did last
}

// verdict are the requests of one report, and what became of them.
type verdict struct{ requests, failed, out uint64 }

// may says whether a report is heard now.
func (e *envoy) may(now time.Time) bool {
	if !e.heard.IsZero() {
		e.budget = min(e.budget+now.Sub(e.heard).Seconds(), maxReports)
	}
	e.heard = now
	if e.budget < 1 {
		return false
	}
	e.budget--
	return true
}

// add takes in what was counted since the last report.
func (e *envoy) add(counted map[series]uint64, now time.Time) {
	e.advance(now)
	var v verdict
	for s, n := range counted {
		c := e.series[s]
		if c == nil {
			c = &counts{}
			e.series[s] = c
		}
		c.add(e.slot, n)
		v.count(s, n)
	}
	if v.requests > 0 {
		e.last = v
	}
}

func (v *verdict) count(s series, n uint64) {
	switch {
	case s.kind == downstreamCompleted:
		v.requests += n
	case s.kind == downstream5xx:
		v.failed += n
	case s.kind == allOut:
		v.out += n
	}
}

// advance forgets what is older than the window.
func (e *envoy) advance(now time.Time) {
	to := now.UnixNano() / int64(slot)
	old := min(to-e.slot, slots)
	e.slot = max(e.slot, to)
	for i := int64(0); i < old; i++ {
		for _, c := range e.series {
			c[(e.slot-i)%slots] = 0
		}
	}
	if old <= 0 {
		return
	}
	for s, c := range e.series {
		if *c == (counts{}) {
			delete(e.series, s)
		}
	}
}

// keep forgets what is not served any more.
func (e *envoy) keep(n *names) {
	for id := range e.out {
		if _, ok := n.values[id]; !ok {
			delete(e.out, id)
		}
	}
	for s := range e.series {
		if !n.has(s) {
			delete(e.series, s)
		}
	}
}
