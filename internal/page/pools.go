package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
)

// maxValues is how many values of a pool are listed.
const maxValues = 20

// pool is a rule, with what became of its values in the last minute.
type pool struct {
	Header string
	What   []string // how it chooses
	Values []value  // in the order of the config; of a large pool those that are out and those that were chosen most
	More   int
}

// value is one of a pool, by its alias or its number.
type value struct {
	Name   string
	Chosen uint64
	Of     uint64 // all that were chosen, 0 where that is not known
	Out    out
}

// out is on how many Envoys a value is out, and until when on the last of them.
type out struct {
	Envoys  int
	Until   time.Time
	Forever bool
	Due     bool // on all of them its time is over
}

// key is a value by the names of the config.
type key struct{ filter, header, value string }

// poolsOf are the rules of all filters.
func poolsOf(v View) (all []pool) {
	outs, shares := outsOf(v.Out), map[key]uint64{}
	for _, s := range v.Shares {
		shares[key{s.Filter, s.Header, s.Value}] = s.Chosen
	}
	names := v.Config.Pools()
	for _, f := range v.Config.Filters {
		for _, rule := range f.Rules() {
			p := pool{Header: strings.Join(rule.Headers(), ", "), What: ways(rule)}
			if rule.Name == config.UpstreamHeader {
				p.Header = "the upstream"
			}
			var chosen uint64
			for _, name := range names[len(all)].Names {
				k := key{f.Name, rule.Name, name}
				chosen += shares[k]
				p.Values = append(p.Values, value{Name: name, Chosen: shares[k], Out: outs[k]})
			}
			p.cut()
			if told(rule) {
				for i := range p.Values {
					p.Values[i].Of = chosen
				}
			}
			if chosen == 0 && !slices.ContainsFunc(p.Values, func(v value) bool { return v.Out.Envoys > 0 }) {
				p.Values, p.More = nil, 0
			}
			all = append(all, p)
		}
	}
	return all
}

// cut leaves the values that say most.
func (p *pool) cut() {
	p.More = max(0, len(p.Values)-maxValues)
	if p.More == 0 {
		return
	}
	slices.SortStableFunc(p.Values, func(a, b value) int {
		return cmp.Or(cmp.Compare(min(1, b.Out.Envoys), min(1, a.Out.Envoys)), cmp.Compare(b.Chosen, a.Chosen))
	})
	p.Values = p.Values[:maxValues]
}

// told says whether Envoys tell of all values how often each was chosen, so that there are shares.
func told(rule config.Header) bool {
	return !slices.ContainsFunc(rule.Values[min(len(rule.Values), figures.Numbered):], func(v config.Value) bool { return v.As == "" })
}

// ways says how a rule chooses.
func ways(rule config.Header) (all []string) {
	n := count(len(rule.Values), "value")
	if rule.Name == config.UpstreamHeader {
		n = count(len(rule.Values), "upstream")
	}
	if rule.ValuesFrom != "" {
		n += " from " + rule.ValuesFrom
	}
	all = append(all, n)
	if len(rule.Values) > 1 {
		way := rule.Pick.Way
		if rule.Pick.By != "" {
			way += " by " + strings.TrimSpace(rule.Pick.By+" "+rule.Pick.Name)
		}
		all = append(all, way)
	}
	if l := rule.Limit; l != nil {
		all = append(all, fmt.Sprintf("at most %d requests in %s each", l.Requests, short(l.Per)))
	}
	if e := rule.Evict; e != nil {
		on := slices.Concat(e.On, e.GRPC, e.Forever)
		for _, h := range e.Header {
			on = append(on, h.Name)
		}
		text := "out after " + strings.Join(on, ", ")
		if e.For > 0 {
			text += " for " + short(e.For)
		}
		all = append(all, text)
	}
	return all
}

// short is a duration without the units that are 0: 1m, and not 1m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// outsOf are the values that are out, by what each Envoy said last.
func outsOf(said []live.Out) map[key]out {
	all := map[key]out{}
	for _, e := range said {
		for _, o := range e.Values {
			k := key{o.Filter, o.Header, o.Value}
			is, seen := all[k]
			is.Due = o.Due && (is.Due || !seen)
			is.Envoys++
			is.Forever = is.Forever || o.Forever
			if o.Until != nil && o.Until.After(is.Until) {
				is.Until = *o.Until
			}
			all[k] = is
		}
	}
	return all
}
