package figures

import (
	"maps"
	"slices"
)

// Share is how often a value was chosen in the last minute, by all Envoys that tell.
type Share struct {
	Filter, Header, Value string
	Chosen                uint64
}

// chosen ends the names of the counters of how often a value was.
const chosen = "chosen"

// Shares are those of the values that were chosen, in the order of the config.
func (f *Figures) Shares() []Share {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shares.advance(f.now())
	n := f.names.Load()
	all := []Share{}
	for _, id := range slices.SortedFunc(maps.Keys(f.shares.of), n.order) {
		if v, served := n.values[id]; served { // names may be those of an edit that is just being made
			all = append(all, Share{v.Filter, v.Header, v.Value, f.shares.of[id].sum()})
		}
	}
	return all
}
