package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
)

// load is called by the source, once at the start and after each change.
func (l *Live) load(read prepare.ReadFunc) {
	start := time.Now()
	edit := timeline.Edit{Seen: l.Source.Seen()}
	if edit.Seen.IsZero() {
		edit.Seen = start
	}
	contents := map[string][]byte{}
	p, err := prepare.File(l.ctx, l.Checker, l.File, collect(contents, l.saved(&edit, read)))
	if err == nil {
		err = l.resolve(p)
	}
	for _, s := range p.Steps {
		edit.Steps = append(edit.Steps, timeline.Step(s))
		l.metrics.Step(s.Name, s.Took)
	}
	if err == nil {
		l.mu.Lock()
		l.contents, l.made = contents, p.Snapshot.Version
		l.mu.Unlock()
		l.set(p, edit, start)
	} else {
		l.refuse(edit, err)
	}
	l.mu.Lock()
	first := !l.loaded
	l.loaded, l.err = true, err
	l.mu.Unlock()
	if first {
		if err != nil {
			err = l.recall(err)
		}
		l.first <- err
	}
}

// resolve adds what DNS says of new hosts to p.
func (l *Live) resolve(p *prepare.Prepared) error {
	start := time.Now()
	warnings, err := prepare.Resolve(l.ctx, l.Lookup, p.Config, l.config())
	p.Warnings = append(p.Warnings, warnings...)
	p.Steps = append(p.Steps, prepare.Step{Name: "resolve", Took: time.Since(start)})
	return err
}

// refuse leaves the last good config with the Envoys.
func (l *Live) refuse(edit timeline.Edit, err error) {
	served := l.server.Snapshot()
	if served == nil {
		return // the first load: Run returns the error
	}
	edit.Error, edit.Version = err.Error(), served.Version
	l.edits.Begin(edit)
	l.metrics.Reload("refused", served.Version, time.Now())
	l.Log.Error("config refused, the last good one is served", "version", served.Version, "err", err)
}
