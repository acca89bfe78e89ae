// Package watch says when a file changed: bytes out, nothing else known.
//
// # How we tell half-written
//
// A prefix of a YAML file can be valid YAML, so the content itself does not tell whether a
// save is finished. Neither does an event: a save in place fires one before, between and
// after its writes.
//
// On Linux a read lease does (fcntl(2), F_SETLEASE with F_RDLCK): the kernel refuses it with
// EAGAIN exactly while somebody has the file open for writing. So a file is read under a
// lease, let go of at once when somebody wants to write. A refused lease means that the save
// goes on: look again, after 1 ms at first, seldom more than 50 ms later, for as long as it
// takes, since half a file is worse than a late one. The price: a writer who opens the file in
// the very moment of our read waits microseconds, and with O_NONBLOCK gets EWOULDBLOCK.
//
// The lease needs the file's owner or CAP_LEASE, and is believed on local filesystems only:
// over a network and on FUSE it does not know the writers on other machines. Elsewhere a
// content is complete once nothing changed for 100 ms after the last change that was seen. That
// goes for a new file under the name as well: vim and others write into it in place.
//
// A missing, empty or unreadable file gets a second to come back before it is passed on as
// such, for those who delete and create, or truncate and write. A save made by several
// programs one after the other (`> file`, then `>> file`) is complete after each of them, by
// any of these rules: write elsewhere and rename.
package watch

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	poll      = 2 * time.Second // the safety net where events come
	blindPoll = time.Second     // where they do not
	together  = time.Second     // how long a load waits for another file that is changing too
	patience  = time.Second     // how long a read waits for a file never read before
	notice    = 3 * time.Second // when to mention that a file is being held open
)

// Files follows the files that its user reads.
type Files struct {
	log     *slog.Logger
	lease   func(*os.File) lease
	quiet   time.Duration
	folders *folders
	asked   chan struct{} // Settled saw a change, maybe before its event, or Reload was called

	mu      sync.Mutex
	files   []*file // changed by Run's goroutine only
	loading bool
	reload  bool // the next pass loads, whatever it finds
	seen    time.Time
}

// New returns a Files that follows nothing yet. Relative paths are taken from the present
// working directory; that it is gone is the only error.
func New(log *slog.Logger) (*Files, error) {
	wd, err := os.Getwd()
	if err == nil {
		wd, err = filepath.EvalSymlinks(wd)
	}
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	return &Files{
		log:     log,
		lease:   newLease,
		quiet:   quiet,
		folders: &folders{log: log, wd: wd, every: poll, newWatcher: fsnotify.NewWatcher},
		asked:   make(chan struct{}, 1),
		loading: true,
	}, nil
}

// Run calls load once, and again whenever a file that the last load read has new, complete
// content. Equal content, such as after a touch or the same text saved again, is no reason.
//
// What load reads through read is followed from then on, also where it does not exist yet;
// what the last load did not read is dropped. Within one load every read of a path gives
// the same bytes, which load must not change. Of a file that is just being written read gives
// the last complete content; where there is none it waits up to a second, then says in an
// error that the file is open for writing. Other errors are those of os.Stat and os.Open.
// read is for load's own goroutine, until load returns.
//
// Files that change at the same time are loaded together: a complete one waits up to a second
// for others. Otherwise a load starts at once.
//
// Run blocks until ctx is done, then returns nil and leaves no goroutine. It is called once.
func (f *Files) Run(ctx context.Context, load func(read func(path string) ([]byte, error))) error {
	defer f.folders.open()()
	for f.load(ctx, load); ctx.Err() == nil; {
		if ready, again := f.look(); ready || f.wanted() {
			f.load(ctx, load)
		} else {
			f.wait(ctx, again)
		}
	}
	return nil
}

// Reload makes Run call load soon, whether anything changed or not. It returns at once and may
// be called from any goroutine, before Run too.
func (f *Files) Reload() {
	f.mu.Lock()
	f.reload = true
	f.mu.Unlock()
	f.poke()
}

// wanted says whether Reload was called since the last load began.
func (f *Files) wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reload
}

func (f *Files) poke() {
	select {
	case f.asked <- struct{}{}:
	default:
	}
}

// Seen says when the first sign of the change behind the latest load was noticed: within a
// load, that load. After a save by rename that is when it was done, after one in place when it
// began. It is the zero time for the first load of all, which no change caused.
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
