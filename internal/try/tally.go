package try

import (
	"cmp"
	"slices"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Bounds of a Tally, for modules that set a header to something new each time.
const (
	maxValues = 100 // of a header of a module
	maxLines  = 100 // that differ
	maxEvents = 1000
)

// Tally is what many exchanges come to.
type Tally struct {
	Requests, Tries int
	Statuses        map[string]int // of what clients got, "" for no response
	Replies         map[string]int // responses that a filter made, by filter
	Values          []*Value       // those of rules in the config's order, then those of modules
	Events          []Event        // the first thousand
	Logs            []*Line        // each different line once

	chain  *Chain
	values map[valueKey]*Value
	lines  map[Line]*Line
	others map[[2]string]int // how many values a header of a module has so far
}

type valueKey struct{ filter, header, value string }

// Value is what a filter set a request header to, and how often.
type Value struct {
	Filter, Header, Value string
	As                    string // its alias, "" without one
	Chosen                int
	Evicted               int           // how often it was put out of its pool
	OutUntil              time.Duration // on the chain's clock; 0 if it never was
	Rule                  bool          // it is one of a rule's values
	Other                 bool          // it stands for all that are too many to tell apart
	key                   valueKey      // in the module's shared data
}

// Event is a value that was put out of its pool.
type Event struct {
	At                    time.Duration
	Filter, Header, Value string
	As                    string
	Until                 time.Duration
}

// Line is a log line, and how often it was written.
type Line struct {
	Filter string
	proxywasm.Line
	Count int
}

// NewTally begins with what the filters logged when they started.
func NewTally(c *Chain) *Tally {
	t := &Tally{
		Statuses: map[string]int{}, Replies: map[string]int{}, chain: c,
		values: map[valueKey]*Value{}, lines: map[Line]*Line{}, others: map[[2]string]int{},
	}
	for _, f := range c.inOrder() {
		for _, r := range f.Rules {
			for _, v := range r.Values {
				t.ofRule(f.Plugin.Name, r, v).Rule = true
			}
		}
		t.log(f.Plugin.Name, f.session.Logs())
	}
	return t
}

// inOrder are the filters that have a module, in the config's order.
func (c *Chain) inOrder() []*running {
	return slices.SortedFunc(slices.Values(c.all()), byIndex)
}

func byIndex(a, b *running) int { return cmp.Compare(a.index, b.index) }

func (t *Tally) value(filter, header, value string) *Value {
	key := valueKey{filter, header, value}
	if t.values[key] == nil {
		t.values[key] = &Value{Filter: filter, Header: header, Value: value, key: key}
		t.Values = append(t.Values, t.values[key])
	}
	return t.values[key]
}

// ofRule is value for a value of a rule.
func (t *Tally) ofRule(filter string, r Rule, value string) *Value {
	v := t.value(filter, r.Headers[0], value)
	v.Header, v.Value, v.As = r.name(), r.words(value), r.as[value]
	return v
}

// Add counts an exchange that the chain has just done.
func (t *Tally) Add(x *Exchange) {
	t.Requests++
	t.Tries += x.Tries
	status, _ := x.Response.After.Headers.Get(":status")
	t.Statuses[status]++
	for i := range x.Hops {
		h := &x.Hops[i]
		t.chosen(h)
		t.log(h.Filter, h.Logs)
		if h.Reply != nil {
			t.Replies[h.Filter]++
		}
	}
	out := t.chain.evictions()
	for _, v := range t.Values {
		until := out[v.key]
		if !v.Rule || until <= v.OutUntil {
			continue
		}
		v.OutUntil = until
		v.Evicted++
		if len(t.Events) < maxEvents {
			t.Events = append(t.Events, Event{x.At, v.Filter, v.Header, v.Value, v.As, until})
		}
	}
}

// chosen counts the values that a filter set.
func (t *Tally) chosen(h *Hop) {
	for _, r := range h.rules {
		if value, ok := r.chosen(h.Request.After.Headers); ok {
			t.ofRule(h.Filter, r, value).Chosen++
		}
	}
	if h.rules != nil {
		return
	}
	for _, header := range h.Set() {
		kind := [2]string{h.Filter, header.Name}
		if t.values[valueKey{h.Filter, header.Name, header.Value}] == nil {
			if t.others[kind]++; t.others[kind] > maxValues {
				v := t.value(h.Filter, header.Name, "\x00") // no header can have this value
				v.Value, v.Other = "", true
				v.Chosen++
				continue
			}
		}
		t.value(h.Filter, header.Name, header.Value).Chosen++
	}
}

func (t *Tally) log(filter string, lines []proxywasm.Line) {
	for _, l := range lines {
		key := Line{Filter: filter, Line: l}
		if t.lines[key] == nil {
			if len(t.Logs) == maxLines {
				continue
			}
			t.lines[key] = &Line{Filter: filter, Line: l}
			t.Logs = append(t.Logs, t.lines[key])
		}
		t.lines[key].Count++
	}
}
