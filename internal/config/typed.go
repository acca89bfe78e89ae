package config

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/typed"
)

// typedConfig reads any HTTP filter of Envoy's. The clusters that it names are upstreams; calls
// are more of them.
func (v value) typedConfig(upstreams *balancing) *Typed {
	before := len(v.parser.errs)
	v.writeJSON(&bytes.Buffer{}) // what is no plain data
	if len(v.parser.errs) > before {
		return &Typed{}
	}
	f, problems := typed.Read(v.node, v.path)
	for _, p := range problems {
		value{v.parser, p.Node, p.Path}.errorf("%s", p.Message)
	}
	t := &Typed{TypeURL: f.TypeURL, Config: f.Value}
	named := map[string]bool{}
	for _, c := range f.Clusters {
		if strings.ContainsAny(c.Name, "|/") {
			t.Others = append(t.Others, c.Name) // no upstream can be called so: Istio names its clusters like that
			continue
		}
		named[c.Name] = true
		upstreams.named = append(upstreams.named, value{v.parser, c.Node, c.Path})
	}
	t.Calls = slices.Sorted(maps.Keys(named))
	return t
}

// calls adds upstreams to those that a filter names.
func (v value) calls(to *Typed, upstreams *balancing) {
	given := unique{}
	v.list(1, 0, func(v value) {
		name, ok := v.text()
		if !ok {
			return
		}
		if before := given.first(name, v); before != "" {
			v.errorf("is %s already", before)
			return
		}
		upstreams.named = append(upstreams.named, v)
		if !slices.Contains(to.Calls, name) {
			to.Calls = append(to.Calls, name)
		}
	})
	slices.Sort(to.Calls)
}
