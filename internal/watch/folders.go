package watch

import (
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// folders asks for events where the files are. It watches folders, since a watch on a file is
// dead after the first rename over it. Run's goroutine only.
type folders struct {
	log *slog.Logger
	wd  string // of relative paths

	every time.Duration // to look anyway, the safety net

	newWatcher func() (*fsnotify.Watcher, error)

	watcher *fsnotify.Watcher // nil: no events
	events  <-chan fsnotify.Event
	errors  <-chan error

	watched map[string]bool // folders, and files that are mounts
	names   map[string]bool // the last elements of names whose events matter
	mounted map[string]bool // by file: it is a mount itself
	blind   bool            // there is a folder without events
	said    map[string]bool // what the log has been told
}

// open starts the events. The returned function ends them.
func (d *folders) open() (end func()) {
	d.watched, d.mounted, d.said = map[string]bool{}, map[string]bool{}, map[string]bool{}
	w, err := d.newWatcher()
	if err != nil {
		d.log.Warn("file system events are unavailable, all files are polled instead", "every", blindPoll, "err", limit(err, "fs.inotify.max_user_instances"))
		return func() {}
	}
	d.watcher, d.events, d.errors = w, w.Events, w.Errors
	return func() { _ = w.Close() }
}

// poll is how long to go without an event before looking anyway.
func (d *folders) poll() time.Duration {
	if d.watcher == nil || d.blind {
		return blindPoll
	}
	return d.every
}

// arm makes the watched folders those where a change could mean another content for a file.
// It ends with a walk over what was armed before that walk, so that no change is missed.
func (d *folders) arm(files []*file) {
	for was := map[string]bool(nil); d.watcher != nil; {
		want, names := map[string]bool{}, map[string]bool{}
		for _, x := range files {
			path := x.path
			if !filepath.IsAbs(path) {
				path = d.wd + string(filepath.Separator) + path
			}
			lookups(path, func(folder, name string) {
				want[folder], names[filepath.Base(folder)], names[name] = true, true, true
			})
			if d.mount(x.path) {
				want[path], names[filepath.Base(path)] = true, true
			}
		}
		if maps.Equal(want, was) {
			return
		}
		d.watch(want)
		d.names, was = names, want
	}
}

// watch asks for events of what is wanted, also where it did before: the folder may be another
// one of the same name by now.
func (d *folders) watch(want map[string]bool) {
	for name := range d.watched {
		if !want[name] {
			_ = d.watcher.Remove(name) // an error says that it went by itself
			delete(d.watched, name)
		}
	}
	d.blind = false
	for name := range want {
		err := d.watcher.Add(name)
		d.watched[name] = err == nil
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			d.blind = true
			if d.first("blind " + name) {
				d.log.Warn("folder cannot be watched for events, it is polled instead", "folder", name, "every", blindPoll, "err", limit(err, "fs.inotify.max_user_watches"))
			}
		}
	}
}

// mount says whether path is a mount of a single file.
func (d *folders) mount(path string) bool {
	is, known := d.mounted[path]
	if !known {
		is = Mounted(path)
		d.mounted[path] = is
	}
	if is && d.first("mount "+path) {
		d.log.Warn("single file is mounted, not its folder: saves by rename (vim, sed -i) are not visible here", "file", path)
	}
	return is
}

// concern says whether an event may be about one of the files. Its folder is not compared,
// as the same folder can have two names (a bind mount).
func (d *folders) concern(e fsnotify.Event) bool { return d.names[filepath.Base(e.Name)] }

// lost takes in that events were lost. Look at everything then, and all is well.
func (d *folders) lost(err error) {
	if d.first("lost") {
		d.log.Warn("file system events were lost, all files were read again", "err", err)
	}
}

// first says whether this has not been said yet: each thing goes to the log once.
func (d *folders) first(what string) bool {
	defer func() { d.said[what] = true }()
	return !d.said[what]
}

// limit says in words what inotify means by its error numbers.
func limit(err error, sysctl string) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		return errors.New("the limit " + sysctl + " is reached")
	}
	return err
}
