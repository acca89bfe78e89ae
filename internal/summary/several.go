package summary

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/live"
)

// State is that of all of them.
func (all Servers) State() string {
	if s, alone := all.alone(); alone {
		return State(s)
	}
	if why := all.why(State); why != "" {
		if all.Err() != nil && !all.differ() {
			return "NOT KNOWN: " + why
		}
		return notLive + why
	}
	running := 0
	for _, s := range all {
		running += s.Status.Running
	}
	return fmt.Sprintf("live on %d of %d, at %d servers", running, running, len(all))
}

// Write prints what one server says as the function does, and several one after the other below what they are
// together.
func (all Servers) Write(w io.Writer, p colour.Palette, each bool) {
	if s, alone := all.alone(); alone {
		Write(w, p, s, each)
		return
	}
	fmt.Fprintln(w, paint(p, live.Status{Live: all.Live()}, all.State()))
	if builds := all.builds(); len(builds) > 1 {
		label(w, "warning", p.Warn("the servers are different builds: "+strings.Join(builds, "; ")))
	}
	for _, s := range all {
		fmt.Fprintln(w)
		label(w, "at", p.Strong(s.Address))
		if s.Err != nil {
			label(w, "error", p.Bad(s.Err.Error()))
			continue
		}
		Write(w, p, s.Status, each)
	}
}

// builds are the servers' own versions.
func (all Servers) builds() (builds []string) {
	for _, s := range all {
		if b := s.Status.Build.String(); s.Err == nil && !slices.Contains(builds, b) {
			builds = append(builds, b)
		}
	}
	return builds
}

// Line is their state on one line, which changes where that does and not with the time.
func (all Servers) Line() string {
	text := all.State()
	if s, alone := all.alone(); alone {
		text += ", version " + dash(s.Version)
	}
	for _, s := range all {
		if s.Err != nil || s.Status.Live {
			continue
		}
		if err := Refusal(s.Status); err != nil {
			text += ": " + strings.Join(strings.Fields(all.at(s, err).Error()), " ")
		}
	}
	return text
}
