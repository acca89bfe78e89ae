package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// refusal is why waiting is of no use: the file or a resource was refused. As long as the
// file has not been taken, what was refused before it says nothing; nor does what an Envoy
// refused that left, since the process in its place may take it.
func refusal(s live.Status) string {
	if s.Pending {
		return ""
	}
	if s.Error != nil {
		return *s.Error
	}
	for _, n := range s.Nodes {
		for _, r := range n.Resources {
			if n.Left.IsZero() && r.Error != nil && r.Refused {
				return fmt.Sprintf("%s: %s refused %s: %s%s", r.Source, n.ID, xds.ShortType(r.TypeURL), strings.TrimSpace(*r.Error), unfit(n))
			}
		}
	}
	return ""
}

// unfit follows what an Envoy said that could not have said anything else.
func unfit(n xds.Node) string {
	if n.Unfit == "" {
		return ""
	}
	return " (" + n.Unfit + ")"
}

// missing says what a status still lacks to be live.
func missing(s live.Status) string {
	if s.Error != nil {
		return *s.Error
	}
	if s.Connected+s.Gone == 0 {
		if len(s.Denied) > 0 {
			return "no Envoy is connected; not admitted: " + s.Denied[0].String()
		}
		return "no Envoy is connected"
	}
	var lacks []string
	if s.Connected < s.Expected {
		lacks = append(lacks, expected(s))
	}
	for _, n := range s.Nodes {
		switch {
		case n.Live || !n.Counts:
		case !n.Left.IsZero():
			lacks = append(lacks, gone(n))
		default:
			lacks = append(lacks, behind(n)...)
		}
	}
	return strings.Join(lacks, "; ")
}

func expected(s live.Status) string {
	return fmt.Sprintf("connected Envoys: %d, expected: %d", s.Connected, s.Expected)
}

// behind says what a connected Envoy lacks.
func behind(n xds.Node) (lacks []string) {
	for _, r := range n.Resources {
		if r.Error != nil {
			lacks = append(lacks, fmt.Sprintf("%s: %s: %s", n.ID, xds.ShortType(r.TypeURL), *r.Error))
		} else if r.Acked != r.Served {
			lacks = append(lacks, fmt.Sprintf("%s has not acknowledged %s", n.ID, xds.ShortType(r.TypeURL)))
		}
	}
	return lacks
}

// gone says when an Envoy left, and what it ran.
func gone(n xds.Node) string {
	runs := "ran what is served"
	if !n.Live {
		runs = "runs something else"
		for _, r := range n.Resources {
			if r.Acked != r.Served {
				runs = fmt.Sprintf("runs %s %s", xds.ShortType(r.TypeURL), dash(r.Acked))
				break
			}
		}
	}
	text := fmt.Sprintf("%s left %s ago and %s", n.ID, time.Since(n.Left).Truncate(time.Second), runs)
	for _, r := range n.Resources {
		if !n.Live && r.Refused && r.Error != nil {
			return fmt.Sprintf("%s; it had refused %s: %s", text, xds.ShortType(r.TypeURL), strings.TrimSpace(*r.Error))
		}
	}
	return text
}

// state is the first line's word on the fleet.
func state(s live.Status) string {
	switch {
	case s.Live && len(s.Unhealthy) > 0:
		return fmt.Sprintf("live on %d of %d, not healthy: %s", s.Running, s.Connected+s.Gone, first(s.Unhealthy))
	case s.Live:
		return fmt.Sprintf("live on %d of %d", s.Running, s.Connected+s.Gone)
	case s.Connected+s.Gone == 0:
		return "NOT LIVE: no Envoy is connected"
	}
	what := "runs"
	if s.Error != nil {
		what = "the file is not served; this version runs"
	}
	return fmt.Sprintf("NOT LIVE: %s on %d of %d", what, s.Running, max(s.Connected+s.Gone, s.Expected))
}

func show(w io.Writer, f statusFlags, s live.Status, failed error) error {
	if f.json {
		return errors.Join(printJSON(w, s), failed)
	}
	fmt.Fprintf(w, "version %s  %s%s\n", s.Version, state(s), notAdmitted(s.Denied))
	if s.Error != nil {
		fmt.Fprintf(w, "file    %s\n", strings.ReplaceAll(*s.Error, "\n", "\n        "))
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning %s\n", warning)
	}
	if s.Connected < s.Expected {
		fmt.Fprintf(w, "fleet   %s\n", expected(s))
	}
	showDenied(w, s)
	slices.SortStableFunc(s.Nodes, func(a, b xds.Node) int { return cmp.Compare(rank(a), rank(b)) })
	for _, n := range s.Nodes {
		fmt.Fprintln(w)
		showNode(w, n)
	}
	return failed
}

// rank puts what stands against live first, and Envoys that are gone for good last.
func rank(n xds.Node) int {
	switch {
	case n.Counts && !n.Live:
		return 0
	case n.Left.IsZero():
		return 1
	}
	return 2
}

func showNode(w io.Writer, n xds.Node) {
	if !n.Left.IsZero() {
		fmt.Fprintln(w, gone(n))
		return
	}
	fmt.Fprintf(w, "%-22s  %-21s  Envoy %s\n", n.ID, n.Address, n.Envoy)
	if len(n.Names) > 0 {
		fmt.Fprintf(w, "  certificate of %s\n", strings.Join(n.Names, ", "))
	}
	if n.Unfit != "" {
		fmt.Fprintf(w, "  %s\n", n.Unfit)
	}
	if n.Other != "" {
		fmt.Fprintf(w, "  the Envoy at %s has the same node ID: give each its own\n", n.Other)
	}
	showTraffic(w, n.Traffic)
	for _, r := range n.Resources {
		fmt.Fprintf(w, "  %-20s  sent %-16s  acked %s\n", xds.ShortType(r.TypeURL), dash(r.Sent), dash(r.Acked))
		if r.Error != nil {
			fmt.Fprintf(w, "    %s%s\n", prefix(r.Source), strings.TrimSpace(*r.Error))
		}
	}
}

func prefix(source string) string {
	if source == "" {
		return ""
	}
	return source + ": refused: "
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
