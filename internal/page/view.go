package page

import (
	"fmt"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/timeline"
)

// View is what is shown.
type View struct {
	File   string // the config's name
	Status live.Status
	Edits  []timeline.Edit // the oldest first
	Out    []live.Out
	Config *config.Config // the one that is served; nil: none
	Shares []figures.Share
}

// Of is the page of a running server.
func Of(l *live.Live) *Page {
	return New(func() View {
		s := l.Status()
		return View{File: l.File, Status: s, Edits: withEarlier(l.Edits(), l.History().Entries), Out: l.OutOf(s.Nodes), Config: l.Config(), Shares: l.Shares()}
	})
}

// model is what the template shows.
type model struct {
	View
	Title, Headline string
	Icon            icon
	Fleet           fleet
	Traffic         traffic
	Filters         []filter
	Upstreams       []upstream
	History         []edit
}

func modelOf(v View) model {
	m := model{View: v, Fleet: fleetOf(v.Status), Traffic: trafficOf(v.Status.Nodes)}
	m.Icon, m.Headline = headline(v.Status)
	m.Title = "livefilter: " + m.Headline
	if v.Config != nil {
		m.Filters = filtersOf(v)
		m.Upstreams = upstreamsOf(v.Config, v.Status.Nodes)
	}
	m.History = editsOf(v.Edits, v.Status.Error)
	return m
}

// headline says in a few words how things are.
func headline(s live.Status) (icon, string) {
	all := s.Connected + s.Gone
	runs := fmt.Sprintf("%d of %s", s.Running, count(max(all, s.Expected), "Envoy"))
	switch {
	case s.Version == "":
		return fails, "Not live: no config is served yet"
	case s.Pending:
		return warns, "Not live yet: the file is being taken"
	case s.Error != nil:
		return fails, "Not live: the file is refused, the last good version runs on " + runs
	case all == 0:
		return fails, "Not live: no Envoy is connected"
	case s.Live && len(s.Unhealthy) > 0:
		return warns, fmt.Sprintf("Live on %s, %d not healthy", runs, len(s.Unhealthy))
	case s.Live && len(s.Warnings) > 0:
		return warns, "Live on " + runs
	case s.Live:
		return lives, "Live on " + runs
	}
	return fails, "Not live: runs on " + runs
}

// count is a number and what is counted.
func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%s %ss", grouped(uint64(n)), of)
}
