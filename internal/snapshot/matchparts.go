package snapshot

import (
	"strings"

	"github.com/livefilter/livefilter/internal/config"
)

// parts are what together is m, so small that the expressions of each have no more instructions than Envoy takes: where all
// paths are too many for one, each is a part, which takes none.
func parts(m *config.Match) []*config.Match {
	if m == nil {
		return []*config.Match{nil}
	}
	paths := [][]string{m.Paths}
	if len(m.Paths) > 1 && len(strings.Join(m.Paths, "||||||||")) > instructions { // a * takes some
		paths = paths[:0]
		for _, path := range m.Paths {
			paths = append(paths, []string{path})
		}
	}
	var out []*config.Match
	for _, some := range paths {
		for _, hosts := range fewHosts(m.Hosts) {
			part := *m
			part.Paths, part.Hosts = some, hosts
			out = append(out, &part)
		}
	}
	return out
}

// fewHosts cuts a list so that each piece has as many hosts as one expression takes. A host that is longer than that is a piece
// without a port and, with a colon behind it, one with any: see hostMatch.
func fewHosts(hosts []string) (out [][]string) {
	room := 0
	for _, host := range hosts {
		cost := hostCost(host)
		switch {
		case cost > hostRoom:
			out, room = append(out, []string{host}, []string{host + ":"}), 0
			continue
		case cost > room:
			out, room = append(out, nil), hostRoom
		}
		room -= cost
		out[len(out)-1] = append(out[len(out)-1], host)
	}
	if out == nil {
		return [][]string{nil}
	}
	return out
}

// hostRoom is what hosts of an expression may cost together.
const hostRoom = instructions - 20

func hostCost(host string) int {
	return len(host) + 4*strings.Count(host, "k") + 4*strings.Count(host, "s") + 8 // of Unicode's third k and s
}
