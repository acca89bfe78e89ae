package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/spelling"
)

// UpstreamHeader carries the name of the upstream that a filter with Balance chose, from the
// filter to the route. Envoy takes it off requests as they come in and as they go out.
const UpstreamHeader = "x-livefilter-upstream"

// Balance chooses an upstream for each request.
type Balance struct {
	Upstreams []string // names, in the order of the file
	Weights   []uint32 // of each
	// As in a Header.
	Pick       Pick
	Limit      *Limit
	Evict      *Evict
	WhenAllOut string
}

// Rules are what the built-in module carries out: Headers, and Balance as the rule that it is.
func (f Filter) Rules() []Header {
	if f.Balance == nil {
		return f.Headers
	}
	b := f.Balance
	choice := Header{Name: UpstreamHeader, Pick: b.Pick, Limit: b.Limit, Evict: b.Evict, WhenAllOut: b.WhenAllOut}
	for i, name := range b.Upstreams {
		choice.Values = append(choice.Values, Value{Value: name, Weight: b.Weights[i]})
	}
	return append(f.Headers[:len(f.Headers):len(f.Headers)], choice)
}

// balancing is what is kept of balances until the whole file is read: where the one is that
// there may be, and which upstreams it names.
type balancing struct {
	first unique
	named []value
}

func (v value) balance(all *balancing) *Balance {
	var b Balance
	var how choosing
	if before := all.first.first("", v); before != "" {
		v.errorf("%s has one already, and one is all, also with match; upstreams[].match chooses by path and host", strings.TrimSuffix(before, ".balance"))
		all = &balancing{}
	}
	given := unique{}
	v.fields(append([]field{required("upstreams", func(v value) {
		v.list(1, maxValues, func(v value) {
			v, weight := v.weighted()
			name, ok := v.text()
			if !ok {
				return
			}
			if before := given.first(name, v); before != "" {
				v.errorf("is %s already", strings.TrimSuffix(before, ".name"))
				return
			}
			b.Upstreams, b.Weights = append(b.Upstreams, name), append(b.Weights, weight)
			all.named = append(all.named, v)
		})
	})}, how.fields()...)...)
	b.Pick, b.Limit, b.Evict, b.WhenAllOut = how.settled(slices.ContainsFunc(b.Weights, func(w uint32) bool { return w != 1 }))
	return &b
}

// weighted reads an entry of upstreams: a name, or a name with a weight.
func (v value) weighted() (name value, weight uint32) {
	name, weight = v, 1
	if v.node.Kind == yaml.MappingNode {
		name.node = &yaml.Node{Kind: toldOf}
		v.fields(
			required("name", func(v value) { name = v }),
			optional("weight", func(v value) { weight = v.number(maxWeight) }),
		)
	}
	return name, weight
}

// resolve reports names that no upstream has.
func (all *balancing) resolve(upstreams []Upstream) {
	var names []string
	for _, u := range upstreams {
		names = append(names, u.Name)
	}
	sayable := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !nameText.MatchString(name) })
	known := "; there are " + strings.Join(sayable, ", ")
	if len(sayable) > 10 || len(sayable) == 0 {
		known = ""
	}
	for _, v := range all.named {
		if slices.Contains(names, v.node.Value) {
			continue
		}
		which := "of that name"
		if spelling.Nearest(v.node.Value, sayable) != "" {
			which = quote(v.node.Value)
		}
		v.errorf("there is no upstream %s%s", which, known)
	}
}

// called names the filter, if that is a name: it may have been refused as one.
func (f Filter) called() string {
	if nameText.MatchString(f.Name) {
		return "filter " + quote(f.Name)
	}
	return "a filter"
}

// unreached reports upstreams whose match is never looked at: a filter that balances all requests
// leaves none (its own upstreams are not different: what it chose counts), and an upstream before
// takes them.
func (all *balancing) unreached(c *Config, upstreams value) {
	for i, u := range c.Upstreams {
		if u.Match == nil || len(u.Match.Paths)+len(u.Match.Hosts) == 0 { // refused already
			continue
		}
		at := upstreams.entry(i).field("match")
		for _, f := range c.Filters {
			if f.Balance != nil && f.Match == nil {
				at.errorf("no request comes here: %s chooses an upstream for each; give it a match", f.called())
			}
		}
		for k, before := range c.Upstreams[:i] {
			if before.Match != nil && before.Match.covers(u.Match) {
				at.errorf("no request comes here: upstreams[%d] takes all that match this, for the first that fits does", k)
				break
			}
		}
	}
}
