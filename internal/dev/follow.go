package dev

import (
	"context"
	"time"

	"github.com/livefilter/livefilter/internal/timeline"
)

// look is how often Follow asks the server. It delays words, and is no part of the times in them.
const look = 20 * time.Millisecond

// Follow says what becomes of each edit that is served. What is refused the server's log says, see NewHandler.
type Follow struct {
	Edits  func() []timeline.Edit
	Served func() bool // what is on disk is what is served
	Source *Patient
	Out    *Out
	// Alone: nobody has said that an Envoy will come.
	Alone bool

	live  time.Time // of the newest edit that was said to be live
	set   time.Time // of the newest edit that is served
	build time.Time // the end of the newest build that was looked at
	undid time.Time // the newest refused edit that was said to be mended by what is served
}

// Run blocks until ctx is done.
func (f *Follow) Run(ctx context.Context) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			f.look()
		}
	}
}

func (f *Follow) look() {
	began, built := f.Source.Builder.Last()
	_, settled := f.Source.Settled()
	edits := f.Edits() // after settled
	if len(edits) == 0 {
		return
	}
	newest := edits[len(edits)-1]
	mended := newest.Error != "" && !newest.Seen.Equal(f.undid) && f.undone(newest)
	if settled && !built.Equal(f.build) {
		// What was loaded since the build began is an edit, unless it is the same again.
		if !f.build.IsZero() && newest.Seen.Before(began) && !mended {
			f.Out.Say("the module is the same: nothing changes")
		}
		f.build = built
	}
	switch e := newest; {
	case mended:
		f.undid = e.Seen
		f.Out.good("mended: the files are what is served, nothing changes")
	case e.Error != "" || e.Set.IsZero():
	case !e.Live.IsZero() && !e.Live.Equal(f.live):
		f.live, f.set = e.Live, e.Set
		from := e.Saved
		if built.After(from) && built.Before(e.Live) {
			from = built
		}
		f.Out.good("live in %s", round(e.Live.Sub(from)))
	case e.Live.IsZero() && e.Envoys == 0 && f.Alone && !e.Set.Equal(f.set):
		f.set = e.Set
		f.Out.Say("served; no Envoy is connected")
	}
}

// undone says whether what is served was saved again after e was refused. That is no edit.
func (f *Follow) undone(e timeline.Edit) bool {
	if _, loaded := f.Source.Settled(); !loaded || !f.Served() {
		return false
	}
	edits := f.Edits() // a load that served something else in between is one
	return edits[len(edits)-1].Seen.Equal(e.Seen)
}

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
