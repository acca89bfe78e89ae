package watch

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// load calls the user's load and remembers what it was given.
func (f *Files) load(ctx context.Context, load func(func(string) ([]byte, error))) {
	f.mu.Lock()
	f.loading, f.seen = true, time.Time{}
	for _, x := range f.files {
		if x.disk != x.given && (f.seen.IsZero() || x.news.Before(f.seen)) {
			f.seen = x.news
		}
	}
	f.mu.Unlock()

	given := map[*file]*content{}
	load(func(path string) ([]byte, error) {
		x := f.find(ctx, path)
		if given[x] == nil {
			f.mu.Lock()
			given[x] = x.disk
			f.mu.Unlock()
		}
		return given[x].data, given[x].err
	})

	f.mu.Lock()
	defer f.mu.Unlock()
	f.loading = false
	f.files = slices.DeleteFunc(f.files, func(x *file) bool { return given[x] == nil })
	for _, x := range f.files {
		if x.given != given[x] {
			x.given, x.news = given[x], time.Time{}
		}
	}
}

// find returns the file at path. One that was not watched is from now on, and is waited for
// if somebody is writing it.
func (f *Files) find(ctx context.Context, path string) *file {
	for _, x := range f.files {
		if x.path == path {
			return x
		}
	}
	x := &file{path: path, lease: f.lease, quiet: f.quiet}
	f.mu.Lock()
	f.files = append(f.files, x)
	f.mu.Unlock()
	f.folders.arm(f.files) // before the first look, so that no change falls in between

	for start := time.Now(); ; {
		f.mu.Lock()
		wait, again := x.look()
		if wait != "" && (time.Since(start) > patience || ctx.Err() != nil) {
			wait, x.disk = "", &content{err: fmt.Errorf("%s %s", path, wait)}
		}
		f.mu.Unlock()
		if wait == "" {
			return x
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// look compares every file with the disk. ready: it is time for a load. again: when to look
// next, if not.
func (f *Files) look() (ready bool, again time.Duration) {
	f.folders.arm(f.files)
	f.mu.Lock()
	defer f.mu.Unlock()
	// Until a pass finds nothing that the pass before did not: one swap of a ConfigMap's
	// symlink changes several files, and may come between the looks at two of them.
	for moved := true; moved; {
		changed, young := false, false
		moved, again = false, f.folders.poll()
		for _, x := range f.files {
			disk, news := x.disk, x.news
			wait, next := x.look()
			moved = moved || x.disk != disk || x.news != news
			changed = changed || x.disk != x.given
			if wait == "" {
				continue
			}
			again = min(again, next)
			if left := together - time.Since(x.news); left > 0 {
				young, again = true, min(again, left)
			}
		}
		ready = changed && !young
	}
	for _, x := range f.files {
		f.mention(x)
	}
	return ready, again
}

// mention tells the log, once, what keeps a file's content from being seen.
func (f *Files) mention(x *file) {
	switch {
	case x.held && !x.mentioned && time.Since(x.news) > notice:
		x.mentioned = true
		f.log.Warn("the file is held open for writing: its new content waits until that is closed", "file", x.path)
	case x.lost && !x.mentioned:
		x.mentioned = true
		f.log.Warn("the file was replaced where it is mounted from, the new one cannot be seen: mount its folder instead", "file", x.path)
	case !x.held && !x.lost:
		x.mentioned = false
	}
}

// Settled says whether what is on disk now is what the last load was given, and that load is
// done: if not, it gives the reason in plain words, such as "livefilter.yaml is open for
// writing". It looks at the disk itself, so who saved a moment ago is never told about the
// content before. Ask it before looking at what load made of the content, not after.
// It may be called from any goroutine.
func (f *Files) Settled() (reason string, ok bool) {
	reason = f.unsettled()
	if reason == "" {
		return "", true
	}
	select { // where no event comes, let who asks not wait for the next poll
	case f.asked <- struct{}{}:
	default:
	}
	return reason, false
}

func (f *Files) unsettled() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.files {
		name := filepath.Base(x.path)
		switch wait, _ := x.look(); {
		case wait != "":
			return name + " " + wait
		case x.lost:
			return name + " was replaced where it is mounted from, the new one cannot be seen: mount its folder instead"
		case x.given != nil && x.disk != x.given:
			return name + " has changed and is not loaded yet"
		}
	}
	if f.loading {
		return "a load is not done yet"
	}
	return ""
}
