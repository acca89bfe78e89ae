package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/metrics"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/watch"
	"github.com/livefilter/livefilter/internal/xds"
)

// reloader takes the file to the Envoys. All that can fail comes before Set: on an error
// the last good config goes on being served.
type reloader struct {
	ctx     context.Context // of the whole run; load has no other
	file    string
	log     *slog.Logger
	server  *xds.Server
	files   *watch.Files
	checker *preflight.Checker
	metrics *metrics.Metrics
	edits   timeline.Log
	state   *lastgood.Dir // nil: nothing is kept
	first   chan error    // whether there is something to serve after the first load

	mu       sync.Mutex
	loaded   bool
	err      error             // why the file is not what is served
	config   *config.Config    // what is served
	contents map[string][]byte // the files that it is made of, by path
	made     string            // the version that they make: set before it is served
}

// load is called by the watcher, once at the start and after each change. An error has been told.
func (r *reloader) load(read readFunc) error {
	start := time.Now()
	edit := timeline.Edit{Seen: r.files.Seen()}
	if edit.Seen.IsZero() {
		edit.Seen = start
	}
	contents, changed := map[string][]byte{}, false
	p, err := prepare(r.ctx, r.checker, r.file, collect(contents, saved(&edit, func(path string) ([]byte, error) {
		data, err := read(path)
		changed = changed || errors.Is(err, watch.ErrChanged)
		return data, err
	})))
	if changed {
		return nil // the next load, of what is on disk now, follows at once
	}
	if err == nil {
		err = r.resolve(p)
	}
	for _, s := range p.steps {
		edit.Steps = append(edit.Steps, timeline.Step(s))
		r.metrics.Step(s.Name, s.Took)
	}
	if err == nil {
		r.mu.Lock()
		r.contents, r.made = contents, p.snapshot.Version
		r.mu.Unlock()
		r.serve(p, edit, start)
	} else {
		r.refuse(edit, err)
	}
	r.mu.Lock()
	first := !r.loaded
	r.loaded, r.err = true, err
	r.mu.Unlock()
	if first {
		started := err
		if err != nil {
			started = r.recall(err)
		}
		r.first <- started
	}
	return err
}

// resolve adds what DNS says of new hosts to p.
func (r *reloader) resolve(p *prepared) error {
	start := time.Now()
	r.mu.Lock()
	served := r.config
	r.mu.Unlock()
	warnings, err := resolve(r.ctx, net.DefaultResolver.LookupHost, p.config, served)
	p.warnings = append(p.warnings, warnings...)
	p.steps = append(p.steps, step{"resolve", time.Since(start)})
	return err
}

// serve sends p to the Envoys.
func (r *reloader) serve(p *prepared, edit timeline.Edit, start time.Time) {
	for _, w := range p.warnings {
		r.log.Warn("only an Envoy can tell", "warning", w)
	}
	r.mu.Lock()
	served := r.config
	r.config = p.config
	r.mu.Unlock()
	for _, name := range moved(served, p.config) {
		r.log.Warn("the filter moves between listener and upstream: requests on connections that are open now go past it, or pass it twice, until these are drained",
			"filter", name, "advice", "to switch retries off and on, set retry.tries to 1 and back")
	}
	edit.Version, edit.Changed = p.snapshot.Version, p.snapshot.Changed(r.server.Snapshot())
	if len(edit.Changed) == 0 {
		r.metrics.Reload("unchanged", p.snapshot.Version, time.Now())
		r.log.Info("config means the same, nothing to send", "version", p.snapshot.Version, "took", time.Since(start))
		return
	}
	edit.Expected, edit.Set = r.server.Behind(p.snapshot), time.Now()
	r.edits.Begin(edit)
	r.server.Set(p.snapshot)
	var changed []string
	for _, typeURL := range edit.Changed {
		changed = append(changed, xds.ShortType(typeURL))
	}
	r.metrics.Reload("served", p.snapshot.Version, time.Now())
	r.log.Info("config is served", "version", p.snapshot.Version, "changed", changed, "took", time.Since(start))
}

// refuse leaves the last good config with the Envoys.
func (r *reloader) refuse(edit timeline.Edit, err error) {
	served := r.server.Snapshot()
	if served == nil {
		return // the first load: serve reports the error and ends
	}
	edit.Error, edit.Version = err.Error(), served.Version
	r.edits.Begin(edit)
	r.metrics.Reload("refused", served.Version, time.Now())
	r.log.Error("config refused, the last good one is served", "version", served.Version, "err", err)
}

// collect keeps what is read in contents.
func collect(contents map[string][]byte, read readFunc) readFunc {
	return func(path string) ([]byte, error) {
		data, err := read(path)
		if err == nil {
			contents[path] = data
		}
		return data, err
	}
}

// saved notes in edit when the newest of the files was saved. A timestamp that is not from
// just now says when the content was made, and not when it came here.
func saved(edit *timeline.Edit, read readFunc) readFunc {
	const credible = 5 * time.Second
	edit.Saved = edit.Seen
	newest := time.Time{}
	return func(path string) ([]byte, error) {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
			if age := edit.Seen.Sub(newest); age > 0 && age < credible {
				edit.Saved = newest
			}
		}
		return read(path)
	}
}
