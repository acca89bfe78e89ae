package summary

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/live"
)

// maxNodes bounds the Envoys that are listed unless all are asked for.
const maxNodes = 20

// Write prints what one server says: of its Envoys those that differ, and how many others there are. all prints
// each of them, with what it was sent and runs.
func Write(w io.Writer, p colour.Palette, s live.Status, all bool) {
	fmt.Fprintln(w, paint(p, s, State(s)+notAdmitted(s.Denied)))
	if s.Error != nil {
		label(w, "file", p.Bad(strings.ReplaceAll(*s.Error, "\n", "\n        ")))
	}
	for _, warning := range s.Warnings {
		label(w, "warning", p.Warn(warning))
	}
	if s.Connected < s.Expected {
		label(w, "fleet", expected(s))
	}
	writeDenied(w, s)
	label(w, "version", p.Faint(s.Version))
	if all {
		label(w, "server", "livefilter "+s.Build.String())
	}
	writeTraffic(w, s.Nodes)
	writeNodes(w, p, s.Nodes, all)
}

// label begins a line with what it is about.
func label(w io.Writer, about, words string) { fmt.Fprintf(w, "%-7s %s\n", about, words) }

// paint marks words by whether s is live.
func paint(p colour.Palette, s live.Status, words string) string {
	switch {
	case !s.Live:
		return p.Bad(words)
	case len(s.Unhealthy) > 0:
		return p.Warn(words)
	}
	return p.Good(words)
}

func writeNodes(w io.Writer, p colour.Palette, nodes []node, all bool) {
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b node) int { return cmp.Compare(rank(a), rank(b)) })
	var same, left, more int
	listed := 0
	for _, n := range nodes {
		switch {
		case all || differs(n) && listed < maxNodes:
			listed++
			fmt.Fprintln(w)
			writeNode(w, p, n, all)
		case differs(n):
			more++
		case n.Left.IsZero():
			same++
		default:
			left++
		}
	}
	var rest []string
	if more > 0 {
		rest = append(rest, fmt.Sprintf("%d more differ: -v shows them", more))
	}
	if same > 0 && listed > 0 {
		rest = append(rest, fmt.Sprintf("%d as they should be", same))
	}
	if left > 0 {
		rest = append(rest, fmt.Sprintf("%d left and ran what is served", left))
	}
	if len(rest) > 0 {
		if listed > 0 {
			fmt.Fprintln(w)
		}
		label(w, "others", strings.Join(rest, "; "))
	}
}
