// Package figures has what Envoys say of their traffic: that a config is delivered does not mean
// that requests get through.
//
// An Envoy whose bootstrap says so sends its counters by OpenTelemetry's protocol (the stat sink
// envoy.stat_sinks.open_telemetry) to the port of discovery, on the connection that it has for
// that already: the connection is how it is known, since the message does not name it. Only
// counters that are shown are read (see stat), and of those only the ones of upstreams and
// filters that are served. So what is kept is bounded by the config, whatever a client sends.
//
// An Envoy that sends nothing has no figures, and nothing is said of it.
package figures

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Figures are those of all Envoys. Its methods are safe for concurrent use.
type Figures struct {
	connected func(address string) bool
	now       func() time.Time
	names     atomic.Pointer[names]

	mu     sync.Mutex
	envoys map[string]*envoy // by address
	swept  time.Time
	totals map[series]uint64 // of all Envoys, since the start
	shares recent[valueID]   // how often values were chosen, by any Envoy: so what is kept is bounded by the config
}

// forgetTime is how long an Envoy is kept that says nothing.
const forgetTime = 2 * window

// New returns Figures without any. connected says whether an Envoy takes its config on the
// connection from address; others are not heard.
func New(connected func(address string) bool) *Figures {
	f := &Figures{connected: connected, now: time.Now, envoys: map[string]*envoy{}, totals: map[series]uint64{}}
	f.Serve(nil, nil)
	return f
}

// Serve says what is served from now on. Of other upstreams, filters and values nothing is kept.
func (f *Figures) Serve(upstreams, filters []string, pools ...Pool) {
	n := newNames(upstreams, filters, pools...)
	f.names.Store(n)
	f.mu.Lock()
	defer f.mu.Unlock()
	for s := range f.totals {
		if !n.has(s) {
			delete(f.totals, s)
		}
	}
	maps.DeleteFunc(f.shares.of, func(id valueID, _ *counts) bool { return !n.serves(id) })
	for _, e := range f.envoys {
		e.keep(n)
	}
}

// Of is the traffic of the Envoy that connects from address in the last minute, nil where it
// has told nothing of that.
func (f *Figures) Of(address string) *Traffic {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.envoys[address]
	if e == nil {
		return nil
	}
	e.series.advance(f.now())
	return e.traffic()
}

// known says whether there is an Envoy at an address.
func (f *Figures) known(address string) bool {
	f.mu.Lock()
	known := f.envoys[address] != nil
	f.mu.Unlock()
	return known || f.connected(address) // which looks at all that are
}

// of is the Envoy at an address. The caller holds f.mu.
func (f *Figures) of(address string, now time.Time) *envoy {
	if now.Sub(f.swept) > forgetTime {
		f.swept = now
		for a, e := range f.envoys {
			if now.Sub(e.heard) > forgetTime {
				delete(f.envoys, a)
			}
		}
	}
	if f.envoys[address] == nil {
		f.envoys[address] = &envoy{budget: maxReports}
	}
	return f.envoys[address]
}

// report takes in what an Envoy says, and says whether it may.
func (f *Figures) report(address string, r reported) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	e := f.of(address, now)
	if !e.may(now) {
		return false
	}
	names := f.names.Load()
	maps.DeleteFunc(r.counted, func(s series, _ uint64) bool { return !names.has(s) }) // it is of before an edit
	e.add(r.counted, now)
	e.hear(r.out, r.tells, now)
	f.shares.advance(now)
	for id, n := range r.chosen {
		if names.serves(id) {
			f.shares.add(id, n)
		}
	}
	for s, n := range r.counted {
		f.totals[s] += n
	}
	return true
}
