package figures

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Pool is a rule of the built-in filter, which chooses one of its values.
type Pool struct {
	Filter, Header string
	Values         []Value
}

// Value is what a value is called: Label by the filter's own figures, Name by people.
type Value struct{ Label, Name string }

// Out is a value that is out.
type Out struct {
	Filter string `json:"filter"` // the filter's name
	Header string `json:"header"` // the header that the value is of
	Value  string `json:"value"`  // its alias, or else its number in the list, from 0
	// Until is when the value is back, by Envoy's clock; nil where Forever.
	Until *time.Time `json:"until,omitempty"`
	// Forever: the value is out until the filter is edited.
	Forever bool `json:"forever,omitempty"`
	// Due: the time is over, and the next request, or one that is under way, tries whether the value is good again.
	Due bool `json:"due,omitempty"`
}

// Told is what an Envoy told last.
type Told struct {
	Heard  time.Time
	Values []Out // in the order of the config
}

// forever is what the filter says of a value that is out until the filter is edited.
const forever = 9999999999

// marker is a gauge that every Envoy has. One that sends it has a bootstrap that lets gauges through.
const marker = "server.live"

// outUntil ends the names of the gauges that say until when a value is out.
const outUntil = "out_until"

// valueID is a value by the words that the filter has for it.
type valueID struct{ filter, header, label string }

// out is what an Envoy said of a value: the second since 1970 at which it is back, 0 for in.
type out struct {
	until int64
	heard time.Time
}

// findValue is the value that FILTER.header.HEADER.value.LABEL.WHAT is about: what is outUntil, a gauge, or chosen, a counter.
func (n *names) findValue(name string) (id valueID, what string, ok bool) {
	rest, found := cutBuiltin(name)
	parts := strings.Split(rest, ".")
	if !found || len(parts) != 6 || parts[1] != "header" || parts[3] != "value" || parts[5] != outUntil && parts[5] != chosen {
		return id, "", false
	}
	id = valueID{parts[0], parts[2], parts[4]}
	return id, parts[5], n.serves(id)
}

// merge is what two gauges of one value come to: before Envoy 1.39 each cluster's chain has its own,
// and each knows only what happened there.
func merge(a, b int64, now time.Time) int64 {
	if most := max(a, b); most > now.Unix() || min(a, b) > 0 {
		return most
	}
	return 0 // one of them saw the trial end well
}

// hear takes in what a report says of values.
func (e *envoy) hear(gauges map[valueID]int64, tells bool, now time.Time) {
	e.told = now
	e.tells = e.tells || tells
	for id, until := range gauges {
		if e.out == nil {
			e.out = map[valueID]out{}
		}
		e.out[id] = out{until, now}
	}
	maps.DeleteFunc(e.out, func(_ valueID, o out) bool { return o.until == 0 || now.Sub(o.heard) > window })
}

// Out are the values that are out of an Envoy that connects from address, nil where it does not tell.
func (f *Figures) Out(address string) *Told {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, n, now := f.envoys[address], f.names.Load(), f.now()
	if e == nil || !e.tells {
		return nil
	}
	t := &Told{Heard: e.told, Values: []Out{}}
	for _, id := range slices.SortedFunc(maps.Keys(e.out), n.order) {
		known, ok := n.values[id]
		if !ok {
			continue
		}
		v := known.Out
		if until := e.out[id].until; until >= forever {
			v.Forever = true
		} else {
			at := time.Unix(until, 0).UTC()
			v.Until, v.Due = &at, !at.After(now)
		}
		t.Values = append(t.Values, v)
	}
	return t
}
