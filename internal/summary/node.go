package summary

import (
	"fmt"
	"io"
	"strings"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/xds"
)

type node = xds.Node

// rank puts what stands against live first, and Envoys that are gone for good last.
func rank(n node) int {
	switch {
	case n.Counts && !n.Live:
		return 0
	case n.Left.IsZero() && differs(n):
		return 1
	case n.Left.IsZero():
		return 2
	}
	return 3
}

// differs says whether there is more to say of an Envoy than that it runs what is served.
func differs(n node) bool {
	if !n.Left.IsZero() {
		return !n.Live
	}
	return !n.Live || n.Unfit != "" || n.Other != "" || n.Traffic != nil && len(n.Traffic.Problems) > 0 || len(behind(n)) > 0
}

// writeNode prints an Envoy with what is wrong with it; all adds what each type was sent and has acknowledged.
func writeNode(w io.Writer, p colour.Palette, n node, all bool) {
	if !n.Left.IsZero() {
		fmt.Fprintln(w, gone(n))
		return
	}
	fmt.Fprintf(w, "%s  %-21s  Envoy %s\n", p.Strong(fmt.Sprintf("%-22s", n.ID)), n.Address, n.Envoy)
	if all && len(n.Names) > 0 {
		fmt.Fprintf(w, "  certificate of %s\n", strings.Join(n.Names, ", "))
	}
	if n.Unfit != "" {
		fmt.Fprintf(w, "  %s\n", p.Bad(n.Unfit))
	}
	if n.Other != "" {
		fmt.Fprintf(w, "  %s\n", p.Bad(fmt.Sprintf("the Envoy at %s has the same node ID: give each its own", n.Other)))
	}
	if n.Traffic != nil {
		writeWords(w, p, n, all)
	}
	if !all {
		for _, words := range behind(n) {
			fmt.Fprintf(w, "  %s\n", p.Bad(words))
		}
		return
	}
	for _, r := range n.Resources {
		fmt.Fprintf(w, "  %-20s  sent %s  acked %s\n", xds.ShortType(r.TypeURL), p.Faint(fmt.Sprintf("%-16s", dash(r.Sent))), p.Faint(dash(r.Acked)))
		if r.Error != nil {
			fmt.Fprintf(w, "    %s\n", p.Bad(whence(r)+strings.TrimSpace(*r.Error)))
		}
	}
}

// writeWords prints what an Envoy told of its requests: only what is wrong, unless all is asked for.
func writeWords(w io.Writer, p colour.Palette, n node, all bool) {
	words := n.Traffic.Problems
	if all {
		words = n.Traffic.Words()
	}
	for _, text := range words {
		if !n.Traffic.Healthy {
			text = p.Bad(text)
		}
		fmt.Fprintf(w, "  %s\n", text)
	}
}

// writeTraffic prints the sum of what the Envoys told, nothing where they told nothing.
func writeTraffic(w io.Writer, nodes []node) {
	var requests, failed uint64
	for _, n := range nodes {
		if n.Traffic != nil {
			requests, failed = requests+n.Traffic.Requests, failed+n.Traffic.Failed
		}
	}
	switch {
	case requests == 0:
	case failed == 0:
		label(w, "traffic", fmt.Sprintf("%d requests in the last minute, none with 5xx", requests))
	default:
		label(w, "traffic", fmt.Sprintf("%d requests in the last minute, %d failed", requests, failed))
	}
}
