// Package summary says in words what servers report of themselves and their Envoys: first how many run what is
// served, then what is wrong with the file, then the Envoys that differ.
package summary

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// notLive begins a State that is not live.
const notLive = "NOT LIVE: "

// State is how many Envoys run what is served, and "NOT LIVE" with the reason where it is not live.
func State(s live.Status) string {
	switch {
	case s.Live && len(s.Unhealthy) > 0:
		return fmt.Sprintf("live on %d of %d, not healthy: %s", s.Running, s.Connected+s.Gone, first(s.Unhealthy))
	case s.Live:
		return fmt.Sprintf("live on %d of %d", s.Running, s.Connected+s.Gone)
	case s.Connected+s.Gone == 0:
		return notLive + "no Envoy is connected"
	}
	what := "runs"
	if s.Error != nil {
		what = "the file is not served; the last good one runs"
	}
	return fmt.Sprintf(notLive+"%s on %d of %d", what, s.Running, max(s.Connected+s.Gone, s.Expected))
}

// first is the first of the Envoys through which requests fail, and how many more there are.
func first(unhealthy []string) string {
	if more := len(unhealthy) - 1; more > 0 {
		return fmt.Sprintf("%s; and %d more", unhealthy[0], more)
	}
	return unhealthy[0]
}

// Refusal is why waiting is of no use, nil where it is: the file or a resource was refused. As long as the
// file has not been taken, what was refused before it says nothing; nor does what an Envoy
// refused that left, since the process in its place may take it.
func Refusal(s live.Status) error {
	if s.Pending {
		return nil
	}
	if s.Error != nil {
		return errors.New(*s.Error)
	}
	for _, n := range s.Nodes {
		for _, r := range n.Resources {
			if n.Left.IsZero() && r.Error != nil && r.Refused {
				return fmt.Errorf("%s: %s refused %s: %s%s", r.Source, n.ID, xds.ShortType(r.TypeURL), strings.TrimSpace(*r.Error), unfit(n))
			}
		}
	}
	return nil
}

// unfit follows what an Envoy said that could not have said anything else.
func unfit(n xds.Node) string {
	if n.Unfit == "" {
		return ""
	}
	return " (" + n.Unfit + ")"
}

// Missing says what a status still lacks to be live.
func Missing(s live.Status) string {
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
			for _, words := range behind(n) {
				lacks = append(lacks, n.ID+": "+words)
			}
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
		what := xds.ShortType(r.TypeURL)
		switch {
		case r.Error != nil:
			lacks = append(lacks, fmt.Sprintf("%s: %s%s", what, whence(r), strings.TrimSpace(*r.Error)))
		case r.Acked == r.Served:
		case r.Sent == r.Served:
			lacks = append(lacks, what+" is sent and not acknowledged")
		default:
			lacks = append(lacks, what+" is not sent yet")
		}
	}
	return lacks
}

// whence is where in the file lies what an Envoy refused.
func whence(r xds.TypeStatus) string {
	if r.Source == "" {
		return ""
	}
	return r.Source + ": refused: "
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

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
