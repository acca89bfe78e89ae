package live

import (
	"context"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
)

// recordEvery is how often what was served, and what became of it, is written down; what becomes live
// is at once.
const recordEvery = time.Second

// History has the latest configs that were served.
type History struct {
	Entries []history.Entry `json:"entries"` // the newest first
}

// History is that of now. It holds nothing that must not be shown.
func (l *Live) History() History {
	l.note()
	h := History{Entries: l.history.Entries()}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range h.Entries {
		h.Entries[i].Now = h.Entries[i].N == l.number
	}
	return h
}

// record writes the history down until ctx is done. That needs a disk and a comparison of
// resources, for which no edit waits.
func (l *Live) record(ctx context.Context) error {
	tick := time.NewTicker(recordEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			l.note()
			l.history.Flush(true)
			return nil
		case <-l.noted:
		case <-tick.C:
		}
		l.note()
		l.history.Flush(false)
	}
}

// note takes what became of the entries of this process from the timeline. An edit of clients alone is not in it, as nothing
// is sent for it.
func (l *Live) note() {
	envoys, running := l.envoys()
	l.mu.Lock()
	n, unsent := l.number, l.number == l.unsent && l.number != 0
	l.mu.Unlock()
	for _, e := range l.edits.Brief(envoys, running) {
		if e.N != 0 {
			l.history.Became(e.N, history.Outcome{Live: e.Live, Envoys: e.Envoys, Running: e.Running, Refused: e.Refused})
		}
	}
	if unsent {
		o := history.Outcome{Envoys: envoys, Running: running}
		if running > 0 && running >= envoys {
			o.Live = time.Now()
		}
		l.history.Became(n, o)
	}
}

// remembered adds p, which is served from now on, to the history. It returns its number, that of the
// entry before it, and where it came from. before is what this process served until now.
func (l *Live) remembered(before, p *prepare.Prepared, m made) (n, was int, from string) {
	switch {
	case m.from != "":
		from = m.from
	case before == nil:
		from = "start"
	default:
		from = "edit"
	}
	newest := l.history.Newest()
	n = l.history.Add(history.Config{
		Version: p.Snapshot.Version, File: l.File, Clients: rulesOf(p.Config), Contents: m.contents, At: m.at, From: from, Recalled: m.recalled,
		Changes: sync.OnceValue(func() []string { return l.words(newest, before, p) }),
	})
	l.mu.Lock()
	l.number = n
	l.mu.Unlock()
	return n, newest, from
}

// explain adds to the edits what they changed.
func (l *Live) explain(edits []timeline.Edit) {
	changes := map[int][]string{}
	for _, e := range l.history.Entries() {
		changes[e.N] = e.Changes
	}
	for i := range edits {
		if e := &edits[i]; e.N != e.Was {
			e.Changes = changes[e.N]
		}
	}
}
