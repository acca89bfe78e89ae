package watch

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	poll      = 2 * time.Second // the safety net where events come
	blindPoll = time.Second     // where they do not
)

// Files follows the files that its user reads.
type Files struct {
	rules
	log     *slog.Logger
	folders *folders
	asked   chan struct{} // to look now: Settled saw a change, maybe before its event
	again   atomic.Bool   // a load is due whatever the files hold

	mu      sync.Mutex
	files   []*file // changed by Run's goroutine only
	loading bool
	refused bool // the last load returned an error
	seen    time.Time
}

// New returns a Files that follows nothing yet. A file of more than maxBytes is not read, which
// is an error of its own. Relative paths are taken from the present working directory; that it
// is gone is the only error.
func New(log *slog.Logger, maxBytes int64) (*Files, error) {
	wd, err := os.Getwd()
	if err == nil {
		wd, err = filepath.EvalSymlinks(wd)
	}
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	return &Files{
		rules:   rules{lease: newLease, quiet: quiet, grace: grace, patience: patience, maxBytes: maxBytes},
		log:     log,
		folders: &folders{log: log, wd: wd, every: poll, newWatcher: fsnotify.NewWatcher},
		asked:   make(chan struct{}, 1),
		loading: true,
	}, nil
}

// Run calls load once, and again whenever a file that the last load read has new, complete
// content. Equal content, such as after a touch or the same text saved again, is a reason only
// where the last load returned an error: what it met outside the files may be gone. That error
// is used for nothing else; to tell of it is load's own business.
//
// What load reads through read is followed from then on, also where it does not exist yet;
// what the last load did not read is dropped. Within one load every read of a path gives
// the same bytes, which load must not change. Errors are ErrChanged, that somebody has been
// writing the file for 3 s, that it is too large or not a regular file, and those of os.Stat and os.Open.
// read is for load's own goroutine, until load returns.
//
// Files that change at the same time are loaded together: a complete one waits up to 3 s for
// others that are being written. Otherwise a load starts at once.
//
// Run blocks until ctx is done, then returns nil and leaves no goroutine. It is called once.
func (f *Files) Run(ctx context.Context, load func(read func(path string) ([]byte, error)) error) error {
	defer f.folders.open()()
	for f.load(ctx, load); ctx.Err() == nil; {
		if ready, again := f.look(); ready {
			f.load(ctx, load)
		} else {
			f.wait(ctx, again)
		}
	}
	return nil
}

// Reload asks for a load of what is on disk now, as after a change, even if nothing changed.
// Until it is done, Settled says that it is not. It does not block, and may be called from
// any goroutine, also before Run.
func (f *Files) Reload() {
	f.again.Store(true)
	f.wake()
}

// wake ends wait.
func (f *Files) wake() {
	select {
	case f.asked <- struct{}{}:
	default:
	}
}

// Seen says when the first sign of the change behind the latest load was noticed: within a
// load, that load. After a save by rename that is when it was done, after one in place when it
// began, and after a touch when that was. It is the zero time for a load that no change caused:
// the first of all, and one that Reload asked for.
func (f *Files) Seen() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen
}

// wait returns when it is time to look again.
func (f *Files) wait(ctx context.Context, again time.Duration) {
	timer := time.NewTimer(again)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-f.asked:
			return
		case e := <-f.folders.events:
			if f.folders.concern(e) {
				return
			}
		case err := <-f.folders.errors:
			f.folders.lost(err)
			return
		}
	}
}
