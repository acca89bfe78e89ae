package watch

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/livefilter/livefilter/internal/source"
)

// load calls the user's load and remembers what it was given.
func (f *Files) load(ctx context.Context, load func(func(string) ([]byte, error)) error) {
	f.again.Store(false)
	f.mu.Lock()
	f.loading, f.seen = true, time.Time{}
	for _, x := range f.files {
		for _, sign := range []time.Time{x.news, x.touched} {
			if x.due(f.refused) && !sign.IsZero() && (f.seen.IsZero() || sign.Before(f.seen)) {
				f.seen = sign
			}
		}
		x.touched = time.Time{}
	}
	f.mu.Unlock()

	read, late := map[*file]bool{}, false
	err := load(func(path string) ([]byte, error) {
		x, found := f.find(ctx, path)
		read[x], late = true, late || found
		if late && f.changed(read) {
			return nil, &fs.PathError{Op: "read", Path: path, Err: source.ErrChanged}
		}
		return x.next.data, x.next.err
	})

	f.mu.Lock()
	defer f.mu.Unlock()
	f.loading, f.refused = false, err != nil
	f.files = slices.DeleteFunc(f.files, func(x *file) bool { return !read[x] })
	for _, x := range f.files {
		if x.given != x.next {
			x.given, x.news = x.next, time.Time{}
		}
	}
}

// find returns the file at path, and whether it is new. One that is new is waited for if
// somebody is writing it. A change after that is not missed: Run looks at all files, with
// events on, after each load.
func (f *Files) find(ctx context.Context, path string) (x *file, isNew bool) {
	for _, x := range f.files {
		if x.path == path {
			return x, false
		}
	}
	x = &file{rules: f.rules, path: path}
	f.mu.Lock()
	f.files = append(f.files, x)
	f.mu.Unlock()

	for start := time.Now(); ; {
		f.mu.Lock()
		wait, again := x.look()
		if x.next = x.disk; wait != "" {
			x.next = x.pending()
		}
		f.mu.Unlock()
		if wait == "" || time.Since(start) > f.patience || ctx.Err() != nil {
			return x, true
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// changed says whether one of the files is no longer what the load is given of it. It asks
// stat alone, so it cannot tell a change in the same tick of the filesystem's clock.
func (f *Files) changed(files map[*file]bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for x := range files {
		if x.next.err != nil {
			continue // the load is told of that
		}
		if x.wait != "" || !x.same(os.Stat(x.path)) {
			x.look()
		}
		if x.wait != "" || x.disk != x.next {
			f.again.Store(true) // even if it is soon what it was
			return true
		}
	}
	return false
}

// look compares every file with the disk. ready: it is time for a load. again: when to look
// next, if not.
func (f *Files) look() (ready bool, again time.Duration) {
	f.folders.arm(f.files)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.doubted.Swap(false) {
		for _, x := range f.files {
			x.sure = false
		}
	}
	// Until a pass finds nothing that the pass before did not, so that all is from one moment:
	// one swap of a ConfigMap's symlink changes several files, and may come between two looks.
	for moved := true; moved; {
		changed, young := f.again.Load(), false
		moved, again = false, f.folders.poll()
		for _, x := range f.files {
			disk, news, was := x.disk, x.news, x.wait
			wait, next := x.look()
			moved = moved || x.disk != disk || x.news != news || wait != was
			if wait == "" {
				changed = changed || x.due(f.refused)
				continue
			}
			again = min(again, next)
			if left := f.patience - time.Since(x.news); left > 0 {
				young, again = true, min(again, left)
			}
			young = young || x.absent
		}
		ready = changed && !young
	}
	for _, x := range f.files {
		if x.next = x.disk; x.wait != "" {
			x.next = x.pending()
		}
		f.mention(x)
	}
	return ready, again
}

// mention tells the log, once, what keeps a file's content from being seen.
func (f *Files) mention(x *file) {
	switch {
	case x.wait != "" && !x.absent && !x.mentioned && time.Since(x.news) > f.patience:
		x.mentioned = true
		f.log.Warn("file is still being written: it is loaded once it is complete, and no config that names it before", "file", x.path, "reason", x.wait)
	case x.lost && !x.mentioned:
		x.mentioned = true
		f.log.Warn("mounted file was replaced or deleted at its source, its new content is not visible here: mount its folder instead", "file", x.path)
	case x.wait == "" && !x.lost:
		x.mentioned = false
	}
}
