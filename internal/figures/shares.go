package figures

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Share is how often a value was chosen in the last minute, by all Envoys that tell.
type Share struct {
	Filter string `json:"filter"`
	Header string `json:"header"`
	Value  string `json:"value"`
	Chosen uint64 `json:"chosen"`
}

// chosen ends the names of the counters of how often a value was.
const chosen = "chosen"

// shares are how often values were chosen, by any Envoy: so what is kept is bounded by the config.
type shares struct {
	of   map[valueID]*counts
	slot int64 // the number of the one of now
}

func (s *shares) add(times map[valueID]uint64, n *names, now time.Time) {
	s.advance(now)
	for id, t := range times {
		if _, served := n.values[id]; !served { // it is of before an edit
			continue
		}
		if s.of == nil {
			s.of = map[valueID]*counts{}
		}
		if s.of[id] == nil {
			s.of[id] = &counts{}
		}
		s.of[id].add(s.slot, t)
	}
}

func (s *shares) advance(now time.Time) {
	to := now.UnixNano() / int64(slot)
	for range min(to-s.slot, slots) {
		s.slot++
		for _, c := range s.of {
			c[s.slot%slots] = 0
		}
	}
	s.slot = max(s.slot, to)
	maps.DeleteFunc(s.of, func(_ valueID, c *counts) bool { return *c == (counts{}) })
}

// Shares are those of the values that were chosen, in the order of the config.
func (f *Figures) Shares() []Share {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shares.advance(f.now())
	n := f.names.Load()
	all := []Share{}
	for _, id := range slices.SortedFunc(maps.Keys(f.shares.of), func(a, b valueID) int { return cmp.Compare(n.values[a].place, n.values[b].place) }) {
		if v, served := n.values[id]; served { // names may be those of an edit that is just being made
			all = append(all, Share{v.Filter, v.Header, v.Value, f.shares.of[id].sum()})
		}
	}
	return all
}

// keep forgets what is not served any more.
func (s *shares) keep(n *names) {
	maps.DeleteFunc(s.of, func(id valueID, _ *counts) bool {
		_, served := n.values[id]
		return !served
	})
}
