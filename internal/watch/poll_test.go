package watch

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/fsnotify/fsnotify"
)

func eventless(f *Files) {
	f.folders.newWatcher = func() (*fsnotify.Watcher, error) { return nil, syscall.EMFILE }
}

// Without events the files are polled.
func TestPoll(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, eventless).run(t, path)
	f.next(t, "first")
	write(t, path, "other")
	f.next(t, "other")
	replace(t, path, "third")
	f.next(t, "third")
	if n := strings.Count(f.log.String(), "the limit fs.inotify.max_user_instances is reached"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// silent swaps the watcher's channels for others.
func silent(lost chan error) option {
	return func(f *Files) {
		f.folders.newWatcher = func() (*fsnotify.Watcher, error) {
			w, err := fsnotify.NewWatcher()
			if err == nil {
				w.Events, w.Errors = nil, lost
			}
			return w, err
		}
	}
}

// Where no events come, though nothing said so (a network filesystem), polling is slow.
func TestSafetyNet(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, silent(nil), func(f *Files) { f.folders.every = poll }).run(t, path)
	f.next(t, "first")
	write(t, path, "other")
	f.next(t, "other")
}

// Who asks whether a change is live does not wait for the next poll.
func TestSettledWakes(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, silent(nil)).run(t, path)
	f.next(t, "first")
	write(t, path, "other")
	f.settle(t, "other")
}

// Lost events cost nothing: all files are looked at.
func TestOverflow(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	lost := make(chan error)
	f := prepare(t, silent(lost)).run(t, path)
	f.next(t, "first")
	write(t, path, "other")
	lost <- fsnotify.ErrEventOverflow
	f.next(t, "other")
	lost <- errors.New("again")
	if n := strings.Count(f.log.String(), "file system events were lost"); n != 1 {
		t.Errorf("said %d times", n)
	}
}
