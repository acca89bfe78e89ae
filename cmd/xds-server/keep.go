package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/timeline"
)

// keepEvery is how often the server looks whether what it serves is live and not kept yet.
const keepEvery = time.Second

// keep saves what is served as soon as every connected Envoy runs it, and again after each
// change. A folder that cannot be written is tried again, and said once a version; serving goes on.
func (r *reloader) keep(ctx context.Context) error {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	kept, told := "", ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		served := r.server.Snapshot()
		if served == nil || served.Version == kept || !r.status().Live {
			continue
		}
		r.mu.Lock()
		contents, made := r.contents, r.made
		r.mu.Unlock()
		if made != served.Version {
			continue // the files of the next config, which no Envoy has seen yet
		}
		err := r.state.Save(lastgood.Config{File: r.file, Version: made, Saved: time.Now(), Contents: contents})
		if err != nil {
			if told != made {
				r.log.Error("the config is live but cannot be kept for a restart", "version", made, "err", err)
			}
			told = made
			continue
		}
		kept, told = made, ""
		r.log.Debug("kept for a restart", "version", kept)
	}
}

// openState opens the folder for keep and recall. A disk that is full or cannot be written is
// no reason not to serve.
func openState(dir string, log *slog.Logger) (*lastgood.Dir, error) {
	if dir == "" {
		return nil, nil //nolint:nilnil // nothing is kept
	}
	d, err := lastgood.Open(dir)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EROFS) {
		log.Error("nothing is kept for a restart", "err", err)
		return nil, nil //nolint:nilnil // as above
	}
	return d, err
}

// recall serves what was kept, since the file on disk is broken at the start for the reason
// broken. It returns nil if it could.
func (r *reloader) recall(broken error) error {
	if r.state == nil {
		return broken
	}
	kept, err := r.state.Load()
	switch {
	case err != nil:
		return errors.Join(broken, err)
	case kept == nil:
		return fmt.Errorf("%w\nno config has been kept in the state folder that could be served instead", broken)
	}
	if kept.File != r.file {
		return fmt.Errorf("%w\nwhat the state folder has was kept for %s, and is not served for %s", broken, kept.File, r.file)
	}
	p, err := prepare(r.ctx, r.checker, kept.File, kept.Read)
	if err != nil {
		return errors.Join(broken, fmt.Errorf("the config kept at %s cannot be served either: %w", kept.Saved.Format(time.RFC3339), err))
	}
	now := time.Now()
	r.serve(p, timeline.Edit{Saved: kept.Saved, Seen: now}, now)
	r.metrics.Reload("refused", p.snapshot.Version, now)
	r.log.Error("the config on disk is broken: what was kept before the restart is served",
		"version", p.snapshot.Version, "kept", kept.Saved, "err", broken)
	return nil
}
