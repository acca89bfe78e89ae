package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/watch"
	"github.com/livefilter/livefilter/internal/xds"
)

// reloader takes the file through parse, build and set. All that can fail comes before
// set: on an error the last good config goes on being served.
type reloader struct {
	ctx     context.Context // of the whole run; load has no other
	file    string
	log     *slog.Logger
	server  *xds.Server
	files   *watch.Files
	checker *preflight.Checker
	first   chan error // the outcome of the first load

	mu     sync.Mutex
	loaded bool
	err    error // why the file is not what is served
}

func (r *reloader) load(read readFunc) {
	start := time.Now()
	changed, err := r.apply(read)
	took := time.Since(start)

	r.mu.Lock()
	first := !r.loaded
	r.loaded, r.err = true, err
	r.mu.Unlock()

	version := ""
	if s := r.server.Snapshot(); s != nil {
		version = s.Version
	}
	switch {
	case first && err != nil: // reported by serve, which ends
	case err != nil:
		r.log.Error("config refused, the last good one is served", "version", version, "err", err)
	case len(changed) == 0:
		r.log.Info("config means the same, nothing to send", "version", version, "took", took)
	default:
		r.log.Info("config is served", "version", version, "changed", changed, "took", took)
	}
	if first {
		r.first <- err
	}
}

// apply returns the types that changed, by short name.
func (r *reloader) apply(read readFunc) ([]string, error) {
	p, err := prepare(r.ctx, r.checker, r.file, read)
	if err != nil {
		return nil, err
	}
	for _, w := range p.warnings {
		r.log.Warn("only an Envoy can tell", "warning", w)
	}
	var changed []string
	for _, typeURL := range r.server.Set(p.snapshot) {
		changed = append(changed, xds.ShortType(typeURL))
	}
	return changed, nil
}

// status compares what is on disk, what is served and what the Envoys run.
func (r *reloader) status() admin.Status {
	// The disk first: a save after this line is not this answer's business.
	reason, settled := r.files.Settled()
	r.mu.Lock()
	err := r.err
	r.mu.Unlock()

	s := admin.Status{Nodes: r.server.Nodes()}
	if snapshot := r.server.Snapshot(); snapshot != nil {
		s.Version = snapshot.Version
	}
	switch {
	case !settled:
		s.Error, s.Pending = &reason, true
	case err != nil:
		text := err.Error()
		s.Error = &text
	}
	s.Live = s.Error == nil && len(s.Nodes) > 0
	for _, n := range s.Nodes {
		s.Live = s.Live && n.Live
	}
	return s
}
