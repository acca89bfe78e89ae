package figures

import (
	"maps"
	"time"
)

// An Envoy reports every 10 s; one that has sent maxReports at once is heard once a second.
const maxReports = 20

// envoy is what one Envoy said in the last minute.
type envoy struct {
	series recent[series]
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
	e.series.advance(now)
	var v verdict
	for s, n := range counted {
		e.series.add(s, n)
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

// keep forgets what is not served any more.
func (e *envoy) keep(n *names) {
	maps.DeleteFunc(e.out, func(id valueID, _ out) bool { return !n.serves(id) })
	maps.DeleteFunc(e.series.of, func(s series, _ *counts) bool { return !n.has(s) })
}
