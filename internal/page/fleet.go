package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

const (
	// maxUnfolded is how many of the Envoys with a problem have all that is known of them on the page.
	maxUnfolded = 100
	// inSight is how many of them are not folded away.
	inSight = 20
	// maxLines is how many Envoys of a kind are listed.
	maxLines = 1000
)

// The states of Envoys that the code asks for.
const notLive, waiting = "not live", "waiting"

// fleet are the Envoys, by what one wants to know of them first.
type fleet struct {
	Wrong, Waiting, Good, Left group
	Reasons                    []reason // of Wrong, where these are many
	Expected                   int      // that are still to come
	Denied                     []string
	MoreDenied                 int
}

// First are those with a problem that one sees without unfolding anything, Rest are the others.
func (f fleet) First() []envoy { return f.Wrong.Envoys[:min(len(f.Wrong.Envoys), inSight)] }
func (f fleet) Rest() []envoy  { return f.Wrong.Envoys[len(f.First()):] }

// Count counts all.
func (f fleet) Count() int {
	return f.Wrong.Count() + f.Waiting.Count() + f.Good.Count() + f.Left.Count()
}

// group are Envoys of a kind, of which More are not listed.
type group struct {
	Envoys []envoy
	More   int
}

func (g group) Count() int { return len(g.Envoys) + g.More }

// envoy is one of them: State and Why are its line.
type envoy struct {
	xds.Node
	State, Why string
	Source     string // where in the file the reason lies
	Unfolded   bool   // there is more to see than the line
}

// Key tells one Envoy from another.
func (e envoy) Key() string { return e.ID + " " + e.Address }

func fleetOf(s live.Status) (f fleet) {
	f.Expected = max(0, s.Expected-s.Connected)
	for _, d := range s.Denied[:min(len(s.Denied), maxUnfolded)] {
		f.Denied = append(f.Denied, d.String())
	}
	f.MoreDenied = len(s.Denied) - len(f.Denied)
	for _, n := range s.Nodes {
		e := envoyOf(n)
		switch {
		case e.State == waiting:
			f.Waiting.add(e)
		case e.Why != "":
			f.Wrong.add(e)
		case n.Left.IsZero():
			f.Good.add(e)
		default:
			f.Left.add(e)
		}
	}
	// Those that do not run what is served come before those that run it badly.
	slices.SortStableFunc(f.Wrong.Envoys, func(a, b envoy) int { return cmp.Compare(worth(a), worth(b)) })
	for i := range f.Wrong.Envoys[:min(len(f.Wrong.Envoys), maxUnfolded)] {
		f.Wrong.Envoys[i].Unfolded = true
	}
	f.Reasons = reasonsOf(f.Wrong.Envoys)
	f.Wrong.cut()
	f.Waiting.cut()
	f.Good.cut()
	f.Left.cut()
	return f
}

func (g *group) add(e envoy) { g.Envoys = append(g.Envoys, e) }

func (g *group) cut() {
	g.More = max(0, len(g.Envoys)-maxLines)
	g.Envoys = g.Envoys[:len(g.Envoys)-g.More]
}

// worth puts what counts first.
func worth(e envoy) int {
	switch {
	case e.Live:
		return 2
	case e.Left.IsZero():
		return 0
	}
	return 1
}

// envoyOf says what is wrong with n, nothing where nothing is.
func envoyOf(n xds.Node) envoy {
	e := envoy{Node: n, State: "live"}
	gone := !n.Left.IsZero()
	switch {
	case gone && !(n.Counts && !n.Live):
		e.State = "left"
	case gone:
		e.State, e.Why = "left", "may run something else than what is served"
		e.refusal()
	case !n.Live:
		e.State = waiting
		e.reason()
	case n.Traffic != nil && !n.Traffic.Healthy:
		e.State, e.Why = "not healthy", strings.Join(n.Traffic.Problems, "; ")
	}
	if n.Other != "" && !gone && e.Why == "" {
		e.State, e.Why = "same ID", "the Envoy at "+n.Other+" has the same node ID: give each its own"
	}
	return e
}

// reason fills in the first of what an Envoy NACKed, else of what it waits for, in words of one line: nothing where it
// has just been sent what is served.
func (e *envoy) reason() {
	if e.refusal() {
		e.State = notLive
		return
	}
	if e.Unfit != "" {
		e.State, e.Why = notLive, oneLine(e.Unfit)
		return
	}
	for _, r := range e.Resources {
		if r.Error != nil {
			e.State, e.Why = notLive, xds.ShortType(r.TypeURL)+": "+oneLine(*r.Error)
			return
		}
	}
}

// refusal fills in what an Envoy NACKed, if it did.
func (e *envoy) refusal() bool {
	for _, r := range e.Resources {
		if r.Error != nil && r.Refused {
			e.Why, e.Source = "NACKed "+xds.ShortType(r.TypeURL)+": "+oneLine(*r.Error), r.Source
			if e.Unfit != "" {
				e.Why += " (" + oneLine(e.Unfit) + ")"
			}
			return true
		}
	}
	return false
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
