package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

// set makes p the config that is served.
func (l *Live) set(p *prepare.Prepared, m made, edit timeline.Edit) {
	for _, w := range p.Warnings {
		l.Log.Warn("config warning", "warning", w)
	}
	was := l.Config()
	others := clientsDiffer(was, p.Config)
	l.mu.Lock()
	if m.version != l.made.version || others {
		l.made = m
	}
	before := l.served
	l.served = p
	l.mu.Unlock()
	edit.N, edit.Was, edit.From = l.remembered(before, p, m)
	for _, name := range moved(was, p.Config) {
		l.Log.Warn("filter moves between listener and upstream", "filter", name,
			"effect", "requests on connections that are open now go past it, or pass it twice, until these are drained", "advice", "to switch retries off and on, set retry.tries to 1 and back")
	}
	l.texts.add(p.Snapshot.Version, p.Texts)
	if others { // before anything else is served: who may not have it does not get it
		l.admit(p.Config)
	}
	edit.Version, edit.Changed = p.Snapshot.Version, p.Snapshot.Changed(l.server.Snapshot())
	if len(edit.Changed) == 0 {
		if others {
			l.metrics.Reload("served", p.Snapshot.Version, time.Now())
			l.mu.Lock()
			l.unsent = edit.N
			l.mu.Unlock()
			l.note()
			return
		}
		l.metrics.Reload("unchanged", p.Snapshot.Version, time.Now())
		l.Log.Info("config means the same, nothing is sent", "version", p.Snapshot.Version, "took", time.Since(m.at))
		return
	}
	envoys, running := l.envoys()
	edit.Set = time.Now()
	l.edits.Begin(edit, envoys, running)
	l.server.Set(p.Snapshot)
	l.serveFigures(p.Config)
	var changed []string
	for _, typeURL := range edit.Changed {
		changed = append(changed, xds.ShortType(typeURL))
	}
	l.metrics.Reload("served", p.Snapshot.Version, time.Now())
	l.Log.Info("config is served", "version", p.Snapshot.Version, "changed", changed, "took", time.Since(m.at))
}

// made is a config that is served, with all that it is made of.
type made struct {
	version  string
	clients  []config.Client
	contents map[string][]byte // by name
	at       time.Time         // when it was loaded
	from     string            // see history.Entry
	recalled bool              // it was kept by an earlier process, and stays so
}

// Config is the one that is served, nil before there is one. It has secrets.
func (l *Live) Config() *config.Config {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.served == nil {
		return nil
	}
	return l.served.Config
}
