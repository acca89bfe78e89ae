package pool

import (
	"slices"

	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// relist ends the evictions of values that the configuration before this one listed and this one does not: a value that
// comes back later comes back in. The shared data cannot be enumerated, so the list itself is kept there. Behind it is
// what else matters that may have changed: the aliases, and the edition where that ends evictions. It says whether
// anything has.
func (p *Pool) relist(scope string) (changed bool) {
	var list []byte
	for _, value := range p.Rule.Values {
		list = append(append(list, value...), 0)
	}
	for _, alias := range p.Rule.Aliases {
		list = append(append(list, alias...), ' ')
	}
	if p.Rule.Evict.Forever != nil {
		list = append(list, decimal.String(int(p.Rule.Evict.Edition>>1))...)
	}
	before, cas := host.SharedData("listed:" + scope)
	if string(before) == string(list) {
		return false // what every worker but the first finds
	}
	previous := string(before) // before itself is valid until the next call
	host.SwapSharedData("listed:"+scope, list, cas)
	for start, i := 0, 0; i < len(previous); i++ {
		if previous[i] != 0 {
			continue
		}
		if value := previous[start:i]; !slices.Contains(p.Rule.Values, value) {
			forget("eviction:" + scope + value)
			forget("failing:" + scope + value)
		}
		start = i + 1
	}
	return true
}
