package config

import (
	"bytes"
	"fmt"
	"maps"
)

// shared reports filters that cannot run in one VM with the first one of their group: a VM has one
// code and one environment.
func (p *parser) shared(filters []Filter) {
	firsts := map[string]int{}
	for i, f := range filters {
		if f.Module == nil || f.Module.Share == "" {
			continue
		}
		first, there := firsts[f.Module.Share]
		if !there {
			firsts[f.Module.Share] = i
			continue
		}
		what := ""
		switch other := filters[first].Module; {
		case !bytes.Equal(other.Code, f.Module.Code):
			what = "another module"
		case !maps.Equal(other.Env, f.Module.Env):
			what = "another env"
		default:
			continue
		}
		p.errorAt(fmt.Sprintf("filters[%d].share", i), "filters[%d] has %s, and all of a group run in one VM", first, what)
	}
}
