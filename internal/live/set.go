package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

// set makes p the config that is served.
func (l *Live) set(p *prepare.Prepared, edit timeline.Edit, start time.Time) {
	for _, w := range p.Warnings {
		l.Log.Warn("only an Envoy can tell", "warning", w)
	}
	was := l.config()
	l.mu.Lock()
	l.served = p
	l.mu.Unlock()
	for _, name := range moved(was, p.Config) {
		l.Log.Warn("the filter moves between listener and upstream: requests on connections that are open now go past it, or pass it twice, until these are drained",
			"filter", name, "advice", "to switch retries off and on, set retry.tries to 1 and back")
	}
	edit.Version, edit.Changed = p.Snapshot.Version, p.Snapshot.Changed(l.server.Snapshot())
	if len(edit.Changed) == 0 {
		l.metrics.Reload("unchanged", p.Snapshot.Version, time.Now())
		l.Log.Info("config means the same, nothing to send", "version", p.Snapshot.Version, "took", time.Since(start))
		return
	}
	edit.Expected, edit.Set = l.server.Behind(p.Snapshot), time.Now()
	l.edits.Begin(edit)
	l.server.Set(p.Snapshot)
	var changed []string
	for _, typeURL := range edit.Changed {
		changed = append(changed, xds.ShortType(typeURL))
	}
	l.metrics.Reload("served", p.Snapshot.Version, time.Now())
	l.Log.Info("config is served", "version", p.Snapshot.Version, "changed", changed, "took", time.Since(start))
}

// config is the one that is served, or nil.
func (l *Live) config() *config.Config {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.served == nil {
		return nil
	}
	return l.served.Config
}
