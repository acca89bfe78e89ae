package lastgood

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// read returns the content of a file of at most limit bytes.
func (d *Dir) read(name string, limit int64) ([]byte, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() { // nor is it opened: a pipe would block
		return nil, errors.New("is not a regular file")
	}
	file, err := d.root.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil {
		return nil, cause(err)
	}
	if !os.SameFile(info, opened) {
		return nil, errors.New("was replaced while it was read")
	}
	if opened.Size() > limit {
		return nil, fmt.Errorf("has %d bytes, where at most %d can be right", opened.Size(), limit)
	}
	data := make([]byte, opened.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, cause(err)
	}
	return data, nil
}

// put makes data the content of the file name. Whoever looks sees the old content or the new.
// That the new one is there after a power cut takes d.sync as well.
func (d *Dir) put(name string, data []byte) error {
	if err := d.remove(newName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var file *os.File
	err := d.do("create", newName, func() (err error) {
		file, err = d.root.OpenFile(newName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	if err != nil {
		return err
	}
	err = d.do("write", newName, func() error { _, err := file.Write(data); return err })
	if err == nil {
		err = d.do("sync", newName, file.Sync)
	}
	// Closed whatever happened before; some network filesystems say only now that they are full.
	if closed := file.Close(); err == nil && closed != nil {
		err = fmt.Errorf("close %s: %w", newName, cause(closed))
	}
	if err == nil {
		err = d.do("rename", name, func() error { return d.root.Rename(newName, name) })
	}
	if err != nil {
		_ = d.remove(newName) // frees its space; the next put does it otherwise
	}
	return err
}

func (d *Dir) remove(name string) error {
	return d.do("remove", name, func() error { return d.root.Remove(name) })
}

// sync makes the renames and removals so far survive a power cut.
func (d *Dir) sync() error {
	return d.do("sync", theFolder, func() error {
		folder, err := d.root.Open(".")
		if err != nil {
			return err
		}
		defer folder.Close()
		return syncFolder(folder)
	})
}

func syncFolder(folder *os.File) error {
	err := folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // fsync(2): the filesystem cannot sync folders, so it has other ways or none
	}
	return err
}

// do makes one change of the disk. Its error says which, in the user's words.
func (d *Dir) do(change, name string, f func() error) error {
	var err error
	if d.before != nil {
		err = d.before(change, name)
	}
	if err == nil {
		err = f()
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", change, name, cause(err))
	}
	return nil
}

// cause takes the system call and its arguments off an error: the path in it may be relative
// to the folder, and openat means nothing to an operator.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
