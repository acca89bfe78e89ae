package page

import (
	"cmp"
	"slices"
)

// maxReasons is how many are listed.
const maxReasons = 5

// reason is what several Envoys have in common.
type reason struct {
	State, Source, Why string
	Count              int
}

// reasonsOf are what is wrong with Envoys, the most frequent first: nothing where few have more than a line says.
func reasonsOf(envoys []envoy) (all []reason) {
	if len(envoys) <= inSight {
		return nil
	}
	counts := map[reason]int{}
	for _, e := range envoys {
		counts[reason{State: e.State, Source: e.Source, Why: e.Why}]++
	}
	for r, n := range counts {
		r.Count = n
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Why, b.Why), cmp.Compare(a.State, b.State), cmp.Compare(a.Source, b.Source))
	})
	return all[:min(len(all), maxReasons)]
}
