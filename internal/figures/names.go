package figures

// names are those of what is served.
type names struct {
	upstreams, filters map[string]string // to themselves
	words              map[string]string // filters as they stand in their own counters
	values             map[valueID]placed
}

// placed is a value and its place in the config.
type placed struct {
	Out
	place int
}

func newNames(upstreams, filters []string, pools ...Pool) *names {
	n := &names{map[string]string{}, map[string]string{}, map[string]string{}, map[valueID]placed{}}
	for _, p := range pools {
		for _, v := range p.Values {
			n.values[valueID{word(p.Filter), word(p.Header), v.Label}] = placed{Out{Filter: p.Filter, Header: p.Header, Value: v.Name}, len(n.values)}
		}
	}
	for _, name := range upstreams {
		n.upstreams[name] = name
	}
	for _, name := range filters {
		n.filters[name] = name
		n.words[word(name)] = name
	}
	return n
}

func (n *names) serves(id valueID) bool {
	_, ok := n.values[id]
	return ok
}

// order is that of the config.
func (n *names) order(a, b valueID) int { return n.values[a].place - n.values[b].place }

// has says whether what s counts is served.
func (n *names) has(s series) bool {
	switch {
	case s.kind.ofUpstream():
		return n.upstreams[s.of] != ""
	case s.kind.ofFilter():
		return n.filters[s.of] != ""
	}
	return true
}

// word is a filter's name as the built-in filter has it in the names of its counters.
func word(name string) string {
	word := []byte(name)
	for i, c := range word {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			word[i] = '_'
		}
	}
	return string(word)
}
