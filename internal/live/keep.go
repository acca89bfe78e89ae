package live

import (
	"context"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
)

// keepEvery is how often the server looks whether what it serves is live and not kept yet.
const keepEvery = time.Second

// keep saves what is served as soon as every connected Envoy runs it, and again after each
// change. A folder that cannot be written is tried again, and said once a version; serving goes on.
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
		if served == nil || served.Version == kept || !l.Status().Live {
			continue
		}
		l.mu.Lock()
		contents, made := l.contents, l.made
		l.mu.Unlock()
		if made != served.Version {
			continue // the files of the next config, which no Envoy has seen yet
		}
		err := l.State.Save(lastgood.Config{File: l.File, Version: made, Saved: time.Now(), Contents: contents})
		if err != nil {
			if told != made {
				l.Log.Error("the config is live but cannot be kept for a restart", "version", made, "err", err)
			}
			told = made
			continue
		}
		kept, told = made, ""
		l.Log.Debug("kept for a restart", "version", kept)
	}
}
