package figures

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxNamed is how many upstreams and filters a problem names.
const maxNamed = 3

// count is one name's of a kind.
type count struct {
	of string
	n  uint64
}

// sums are the counts of the window by kind, the largest first.
type sums [len(stats)][]count

func (e *envoy) sums() (all sums) {
	for s, c := range e.series.of {
		if n := c.sum(); n > 0 {
			all[s.kind] = append(all[s.kind], count{s.of, n})
		}
	}
	for _, of := range all {
		slices.SortFunc(of, func(a, b count) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.of, b.of)) })
	}
	return all
}

// problems are what is wrong, in words, the worst first. v is of the whole window.
func (e *envoy) problems(all *sums, v verdict) (problems []string) {
	again := ""
	if e.last.clean() {
		again = ", the latest ones did not"
	}
	why := strings.Join(e.causes(all), "; ")
	switch {
	case v.failed > 0:
		const own = "the answers are a filter's or Envoy's own"
		switch {
		case why == "":
			why = own
		case e.answeredHere(all, v):
			why = "most of " + own + "; " + why
		}
		problems = append(problems, fmt.Sprintf("%d of %d requests in the last minute failed%s: %s", v.failed, v.requests, again, why))
	case why != "":
		problems = append(problems, "in the last minute: "+why)
	}
	for _, f := range all[allOut] {
		problems = append(problems, fmt.Sprintf("filter %s: %d times in the last minute %s (%s)", f.of, f.n, stats[allOut].words, allOut))
	}
	return problems
}

// answeredHere says whether upstreams and crashes are behind less than half of the failed requests, so
// that they do not explain them. With retries an upstream counts more than reaches clients.
func (e *envoy) answeredHere(all *sums, v verdict) bool {
	var explained uint64
	for _, k := range []kind{upstream5xx, vmReloaded, vmNotReloaded, vmBackoff, noCluster} {
		for _, c := range all[k] {
			explained += c.n
		}
	}
	return 2*explained < v.failed
}

// causes say why requests failed. Connections that failed and were made again are no cause of
// anything.
func (e *envoy) causes(all *sums) (causes []string) {
	var crashed []count
	for k := vmReloaded; k <= vmBackoff; k++ {
		for _, f := range all[k] {
			if !slices.ContainsFunc(crashed, func(c count) bool { return c.of == f.of }) {
				crashed = append(crashed, f)
			}
		}
	}
	for _, f := range first(crashed) {
		causes = append(causes, e.cause("filter", f.of, kind.ofModule))
	}
	if len(all[noCluster]) > 0 {
		causes = append(causes, fmt.Sprintf("%s (%s)", stats[noCluster].words, noCluster))
	}
	failing := all[upstream5xx]
	for _, u := range first(failing) {
		causes = append(causes, e.cause("upstream", u.of, kind.ofUpstream))
	}
	if more := len(failing) - maxNamed; more > 0 {
		causes = append(causes, fmt.Sprintf("and %d more", more))
	}
	return causes
}

func first(all []count) []count { return all[:min(len(all), maxNamed)] }

// cause is the first of these counters, which explains the others.
func (e *envoy) cause(what, of string, these func(kind) bool) string {
	for k := range kind(len(stats)) {
		if c := e.series.of[series{of, k}]; these(k) && c != nil && c.sum() > 0 {
			return fmt.Sprintf("%s %s: %s (%s)", what, of, stats[k].words, k)
		}
	}
	return what + " " + of
}
