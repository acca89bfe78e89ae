package figures

import "fmt"

// Traffic is what one Envoy counted in the last minute. Counters have Envoy's names for them.
type Traffic struct {
	Requests uint64 `json:"requests"` // how many were answered
	Failed   uint64 `json:"failed"`   // how many of them with 5xx
	// Healthy: fewer than half of the requests failed, or none of the latest that the Envoy has
	// told of.
	Healthy bool `json:"healthy"`
	// Upstreams has counters of each upstream, by name.
	Upstreams map[string]map[string]uint64 `json:"upstreams,omitempty"`
	// Filters has counters of each filter, by name.
	Filters map[string]map[string]uint64 `json:"filters,omitempty"`
	// Problems say what is wrong.
	Problems []string `json:"problems,omitempty"`
}

// Words are the figures for a person: how many requests none of which got 5xx, else what is wrong.
func (t *Traffic) Words() []string {
	switch {
	case t.Requests == 0 || t.Failed > 0:
		return t.Problems
	case t.Requests == 1:
		return append([]string{"1 request in the last minute, not with 5xx"}, t.Problems...)
	}
	return append([]string{fmt.Sprintf("%d requests in the last minute, none with 5xx", t.Requests)}, t.Problems...)
}

// traffic is nil where there was nothing to count.
func (e *envoy) traffic() *Traffic {
	if len(e.series.of) == 0 {
		return nil
	}
	t := &Traffic{Upstreams: map[string]map[string]uint64{}, Filters: map[string]map[string]uint64{}}
	all := e.sums()
	var v verdict
	for k := range kind(len(all)) {
		for _, c := range all[k] {
			v.count(series{c.of, k}, c.n)
			switch {
			case k.ofUpstream():
				put(t.Upstreams, series{c.of, k}, c.n)
			case k.ofFilter():
				put(t.Filters, series{c.of, k}, c.n)
			}
		}
	}
	t.Requests, t.Failed, t.Healthy = v.requests, v.failed, e.last.clean() || v.healthy()
	t.Problems = e.problems(&all, v)
	return t
}

func put(all map[string]map[string]uint64, s series, n uint64) {
	if all[s.of] == nil {
		all[s.of] = map[string]uint64{}
	}
	all[s.of][s.kind.String()] = n
}

// verdict is of the whole window.
func (e *envoy) verdict() (v verdict) {
	for s, c := range e.series.of {
		v.count(s, c.sum())
	}
	return v
}

func (e *envoy) healthy() bool { return e.last.clean() || e.verdict().healthy() }

// healthy says whether most requests got through. One that found all of a header's values out
// was sent on with one that is known to be refused.
func (v verdict) healthy() bool {
	return v.requests == 0 || 2*v.failed < v.requests && 2*v.out < v.requests
}

func (v verdict) clean() bool { return v.failed == 0 && v.out == 0 }
