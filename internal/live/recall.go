package live

import (
	"errors"
	"fmt"
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
)

// recall serves what was kept, since the file on disk is broken at the start for the reason
// broken. It returns nil if it could.
func (l *Live) recall(broken error) error {
	if l.State == nil {
		return broken
	}
	kept, err := l.State.Load()
	switch {
	case err != nil:
		return errors.Join(broken, err)
	case kept == nil:
		return fmt.Errorf("%w\nno config has been kept in the state folder that could be served instead", broken)
	}
	if kept.File != l.File {
		return fmt.Errorf("%w\nwhat the state folder has was kept for %s, and is not served for %s", broken, kept.File, l.File)
	}
	p, err := prepare.File(l.ctx, l.Checker, kept.File, kept.Read)
	if err == nil {
		err = clientsOf(kept, p)
	}
	if err == nil {
		err = l.admits(p.Config)
	}
	if err != nil {
		return errors.Join(broken, fmt.Errorf("the config kept at %s cannot be served either: %w", kept.Saved.Format(time.RFC3339), err))
	}
	now := time.Now()
	l.set(p, made{version: p.Snapshot.Version, clients: p.Config.Clients, contents: kept.Contents, at: now, recalled: true}, timeline.Edit{Saved: kept.Saved, Seen: now})
	l.metrics.Reload("refused", p.Snapshot.Version, now)
	l.Log.Error("config on disk refused, the one kept before the restart is served",
		"version", p.Snapshot.Version, "kept", kept.Saved, "err", broken)
	return nil
}

// remember tells the wire what an earlier process served and this one does not: Envoys that
// come from there have it. One that takes the state of the world says of its clusters no more
// than a version, and would lose them before it has other routes.
func (l *Live) remember() {
	if l.State == nil {
		return
	}
	kept, err := l.State.Load()
	if err != nil || kept == nil || kept.File != l.File {
		return // the next one that is kept takes its place
	}
	p, err := prepare.Again(kept.File, kept.Read)
	if err != nil {
		l.Log.Warn("config kept before the restart cannot be built", "kept", kept.Saved, "err", err)
		return
	}
	l.texts.add(p.Snapshot.Version, p.Texts)
	l.server.Remember(p.Snapshot)
}
