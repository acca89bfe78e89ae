package lastgood

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

const (
	lockName  = "livefilter-lock"
	newName   = "livefilter-new"
	theFolder = "the folder" // in the place of a name, in errors
)

// Dir is a state folder that no other server uses. Its methods may be called concurrently.
type Dir struct {
	path   string
	before func(change, name string) error // set by tests only, to stop before a change of the disk
	loose  error                           // see Loose

	mu   sync.Mutex
	root *os.Root
	lock *os.File // nil once closed
}

// Open takes the folder dir, which is created if it is missing. The folder is this
// process's own until Close or its end; while another one has it, that is an error that says
// so. Where the disk is read-only or full, a folder that was used before still opens.
func Open(dir string) (d *Dir, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("state folder %s: %w", dir, cause(err))
		}
	}()
	if dir == "" {
		return nil, errors.New("must not be empty")
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(path); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	lock, err := takeLock(root)
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	d = &Dir{path: path, root: root, lock: lock}
	d.loose = d.tighten()
	return d, nil
}

// Close lets another server have the folder. What was saved stays.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lock == nil {
		return nil
	}
	err := errors.Join(unlock(d.lock), d.lock.Close(), d.root.Close())
	d.lock = nil
	return err
}

// held says whether the folder under our path is still the one that we locked. Otherwise a
// save would go where no restart looks, or where a second server saves as well.
func (d *Dir) held() error {
	if d.lock == nil {
		return fs.ErrClosed
	}
	taken, err := d.root.Stat(".")
	locked, err2 := d.lock.Stat()
	folder, err3 := os.Stat(d.path)
	lock, err4 := d.root.Lstat(lockName)
	err = errors.Join(err, err2, err3, err4)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !(os.SameFile(folder, taken) && os.SameFile(lock, locked)) {
		return fmt.Errorf("it or its %s was removed or replaced after this server took it: restart the server", lockName)
	}
	return cause(err)
}

// makeFolder is os.MkdirAll, and a power cut does not undo it.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil // or it is a file: then opening it says so
	}
	if err != nil {
		return err
	}
	parent, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = parent.Close() }()
	return syncFolder(parent)
}
