package live

import (
	"bytes"
	"errors"
	"maps"
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
)

// errTouch is what load returns to have the source load also what is saved again unchanged: a
// touch tries again what this server refused, and what Envoys did, which is not known yet.
var errTouch = errors.New("worth another try")

// load is called by the source, once at the start, after each change, and to try again.
func (l *Live) load(read prepare.ReadFunc) error {
	if l.write() {
		return errTouch // another load, of what is there now, follows at once
	}
	asks := l.taken()
	start := time.Now()
	edit := timeline.Edit{Seen: l.Source.Seen()}
	if edit.Seen.IsZero() {
		edit.Seen = start
	}
	r := reader{read: prepare.Environ(l.saved(&edit, read)), contents: map[string][]byte{}}
	p, err := prepare.File(l.ctx, l.Checker, l.File, r.file)
	if r.old {
		l.giveBack(asks)
		return errTouch // another load, of what is there now, follows at once
	}
	if err == nil {
		err = l.accepts(p)
	}
	if l.ctx.Err() != nil {
		asks.done(0)
		return errTouch // what failed may have failed because of that
	}
	for _, s := range p.Steps {
		edit.Steps = append(edit.Steps, timeline.Step(s))
		l.metrics.Step(s.Name, s.Took)
	}
	first, again, still := l.compare(r.contents, err)
	if again && len(asks) == 0 {
		asks = append(asks, ask{reason: touch})
		l.Log.Info("config is loaded again", "reason", touch)
	}
	switch {
	case err == nil:
		l.set(p, made{version: p.Snapshot.Version, clients: p.Config.Clients, contents: r.contents, at: start, from: l.rolledBack(r.contents)}, edit)
	case still:
		l.Log.Warn("config is still refused", "err", err)
	default:
		l.refuse(edit, err)
	}
	l.mu.Lock()
	l.tried, l.err = r.contents, err
	l.mu.Unlock()
	l.schedule(asks, err)
	envoys := 0
	if asks.byPerson() {
		envoys = l.retryEnvoys()
	}
	if first {
		if err != nil {
			err = l.recall(err)
		} else {
			l.remember()
		}
		l.first <- err
	}
	asks.done(envoys)
	return errTouch
}

// compare sets a load beside the one before. first: there was none. again: it read the same.
// still: and it is refused in the same words.
func (l *Live) compare(contents map[string][]byte, err error) (first, again, still bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tried == nil {
		return true, false, false
	}
	again = maps.EqualFunc(l.tried, contents, bytes.Equal)
	return false, again, again && err != nil && l.err != nil && l.err.Error() == err.Error()
}

// accepts says whether p, which is prepared, may be served next.
func (l *Live) accepts(p *prepare.Prepared) error {
	if err := l.admits(p.Config); err != nil {
		return err
	}
	return l.resolve(p)
}

// resolve has DNS judge the hosts of p that are new.
func (l *Live) resolve(p *prepare.Prepared) error {
	if c := l.Config(); c != nil {
		return p.Resolve(l.ctx, l.Lookup, prepare.Hosts(c))
	}
	return p.Resolve(l.ctx, l.Lookup, nil)
}

// refuse leaves the last good config with the Envoys.
func (l *Live) refuse(edit timeline.Edit, err error) {
	served := l.server.Snapshot()
	if served == nil {
		return // the first load: Run returns the error
	}
	edit.Error, edit.Version = err.Error(), served.Version
	l.edits.Begin(edit, 0, 0)
	l.metrics.Reload("refused", served.Version, time.Now())
	l.Log.Error("config refused, the last good one is served", "version", served.Version, "err", err)
}
