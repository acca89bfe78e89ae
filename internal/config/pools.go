package config

import "strconv"

// Pool is a rule of the built-in filter: what its figures call each of the values, and what people do.
type Pool struct {
	Filter, Header string
	Labels, Names  []string
}

// Pools are the rules of all filters.
func (c *Config) Pools() (pools []Pool) {
	for _, f := range c.Filters {
		for _, h := range f.Rules() {
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
