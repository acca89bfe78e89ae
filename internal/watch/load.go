package watch

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// load calls the user's load and remembers what it was given.
func (f *Files) load(ctx context.Context, load func(func(string) ([]byte, error))) {
	f.mu.Lock()
	f.loading, f.reload, f.seen = true, false, time.Time{}
	for _, x := range f.files {
		if x.next != x.given && (f.seen.IsZero() || x.news.Before(f.seen)) {
			f.seen = x.news
		}
	}
	f.mu.Unlock()

	read := map[*file]bool{}
	load(func(path string) ([]byte, error) {
		x := f.find(ctx, path)
		read[x] = true
		return x.next.data, x.next.err
	})

	f.mu.Lock()
	defer f.mu.Unlock()
	f.loading = false
	f.files = slices.DeleteFunc(f.files, func(x *file) bool { return !read[x] })
	for _, x := range f.files {
		if x.given != x.next {
			x.given, x.news = x.next, time.Time{}
		}
	}
}

// find returns the file at path. One that is new is waited for if somebody is writing it. A
// change after that is not missed: Run looks at all files, with events on, after each load.
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

	for start := time.Now(); ; {
		f.mu.Lock()
		wait, again := x.look()
		if wait != "" && (time.Since(start) > patience || ctx.Err() != nil) {
			wait, x.disk = "", &content{err: fmt.Errorf("%s %s", path, wait)}
		}
		x.next = x.disk
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
		x.next = x.disk
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
		f.log.Warn("the file was replaced or deleted where it is mounted from, what is there now cannot be seen: mount its folder instead", "file", x.path)
	case !x.held && !x.lost:
		x.mentioned = false
	}
}
