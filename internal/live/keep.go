package live

import (
	"context"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/xds"
)

const (
	// keepEvery is how often the server looks whether what it serves is to be kept.
	keepEvery = time.Second
	// answerTime is how long a config waits for the last Envoys to answer before the others decide.
	answerTime = 10 * time.Second
)

// keep saves what is served once it has proven itself, and again after each change. A folder
// that cannot be written is tried again, and said once a version; serving goes on.
func (l *Live) keep(ctx context.Context) error {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	kept, told := "", ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		served := l.server.Snapshot()
		if served == nil || served.Version == kept {
			continue
		}
		nodes := l.server.Fleet().Nodes
		l.mu.Lock()
		m := l.made
		l.mu.Unlock()
		// With another version these are the files of the next config, which no Envoy has seen yet.
		if m.version != served.Version || m.contents == nil || !proven(nodes, time.Since(m.at)) {
			continue
		}
		err := l.State.Save(lastgood.Config{File: l.File, Version: m.version, Saved: time.Now(), Contents: m.contents})
		if err != nil {
			if told != m.version {
				l.Log.Error("config cannot be kept for a restart", "version", m.version, "err", err)
			}
			told = m.version
			continue
		}
		kept, told = m.version, ""
		l.Log.Debug("kept for a restart", "version", kept)
	}
}

// proven says whether a config that has been served for so long is one to start with again:
// more Envoys run it than refuse it, and those that could still change that have had their time.
func proven(nodes []xds.Node, served time.Duration) bool {
	run, refuse, silent := 0, 0, 0
	for _, n := range nodes {
		switch {
		case !n.Left.IsZero() && !n.Counts:
		case n.Live:
			run++
		case refuses(n):
			refuse++
		default:
			silent++
		}
	}
	return run > refuse && (silent == 0 || served >= answerTime)
}
