package figures

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxNamed is how many upstreams and filters a problem names.
const maxNamed = 3

// problems are what is wrong, in words, the worst first. v is of the whole window.
func (e *envoy) problems(v verdict) (problems []string) {
	again := ""
	if e.last.clean() {
		again = ", the latest ones did not"
	}
	causes := append(e.filterCauses(), e.upstreamCauses()...)
	if more := len(causes) - maxNamed; more > 0 {
		causes = append(causes[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	why := strings.Join(causes, "; ")
	switch {
	case v.failed > 0:
		if why == "" {
			why = "the answers are a filter's or Envoy's own"
		}
		problems = append(problems, fmt.Sprintf("%d of %d requests in the last minute failed%s: %s", v.failed, v.requests, again, why))
	case why != "":
		problems = append(problems, "in the last minute: "+why)
	}
	for _, f := range e.of(allOut) {
		problems = append(problems, fmt.Sprintf("filter %s: %d times in the last minute %s (%s)", f.of, f.n, stats[allOut].words, allOut))
	}
	return problems
}

// count is one name's of a kind.
type count struct {
	of string
	n  uint64
}

// of are the counts of a kind, the largest first.
func (e *envoy) of(k kind) (all []count) {
	for s, c := range e.series {
		if n := c.sum(); s.kind == k && n > 0 {
			all = append(all, count{s.of, n})
		}
	}
	slices.SortFunc(all, func(a, b count) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.of, b.of)) })
	return all
}

// upstreamCauses say why requests to upstreams failed. Connections that failed and were made
// again are no cause of anything.
func (e *envoy) upstreamCauses() (causes []string) {
	for _, u := range e.of(upstream5xx) {
		causes = append(causes, e.cause("upstream", u.of, kind.ofUpstream))
	}
	return causes
}

func (e *envoy) filterCauses() (causes []string) {
	told := map[string]bool{}
	for _, k := range []kind{vmReloaded, vmNotReloaded, vmBackoff} {
		for _, f := range e.of(k) {
			if !told[f.of] {
				told[f.of] = true
				causes = append(causes, e.cause("filter", f.of, kind.ofModule))
			}
		}
	}
	if len(e.of(noCluster)) > 0 {
		causes = append(causes, fmt.Sprintf("%s (%s)", stats[noCluster].words, noCluster))
	}
	return causes
}

// cause is the first of these counters, which explains the others.
func (e *envoy) cause(what, of string, these func(kind) bool) string {
	for k := range kind(len(stats)) {
		if c := e.series[series{of, k}]; these(k) && c != nil && c.sum() > 0 {
			return fmt.Sprintf("%s %s: %s (%s)", what, of, stats[k].words, k)
		}
	}
	return what + " " + of
}
