package config

import "strconv"

// Pool is a rule whose values can be out: what the figures of the built-in filter call each of
// them, and what people do.
type Pool struct {
	Filter, Header string
	Labels, Names  []string
}

// Pools are the rules that evict.
func (c *Config) Pools() (pools []Pool) {
	for _, f := range c.Filters {
		for _, h := range f.Rules() {
			if h.Evict == nil {
				continue
			}
			p := Pool{Filter: f.Name, Header: h.Name}
			for i, v := range h.Values {
				label, name := strconv.Itoa(i), "number "+strconv.Itoa(i)
				switch {
				case v.As != "":
					label, name = v.As, v.As
				case h.Name == UpstreamHeader:
					name = v.Value
				}
				p.Labels, p.Names = append(p.Labels, label), append(p.Names, name)
			}
			pools = append(pools, p)
		}
	}
	return pools
}
