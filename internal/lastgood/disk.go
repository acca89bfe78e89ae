package lastgood

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// read returns the content of a file.
func (d *Dir) read(name string) ([]byte, error) {
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
	switch {
	case err != nil:
		return nil, cause(err)
	case !os.SameFile(info, opened):
		return nil, errors.New("was replaced while it was read")
	case opened.Size() > maxText:
		return nil, fmt.Errorf("has %d bytes, where at most %d can be right", opened.Size(), maxText)
	}
	data := make([]byte, opened.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, cause(err)
	}
	return data, nil
}

// put makes data the content of the file name, which appears all at once, for good once put
// returns nil.
func (d *Dir) put(name string, data []byte) error {
	if err := d.remove(newName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var file *os.File
	for _, step := range []struct {
		change, name string
		do           func() error
	}{
		{"create", newName, func() (err error) {
			file, err = d.root.OpenFile(newName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			return err
		}},
		{"write", newName, func() error { _, err := file.Write(data); return err }},
		{"sync", newName, func() error { return file.Sync() }},
		// Some network filesystems say only now that they are full.
		{"close", newName, func() error { return file.Close() }},
		{"rename", name, func() error { return d.root.Rename(newName, name) }},
		{"sync", theFolder, func() error { return syncFolder(d.root) }},
	} {
		if err := d.do(step.change, step.name, step.do); err != nil {
			file.Close()
			_ = d.remove(newName) // frees its space; the next put does it otherwise
			return err
		}
	}
	return nil
}

func (d *Dir) remove(name string) error {
	return d.do("remove", name, func() error { return d.root.Remove(name) })
}

// syncFolder makes what was created, renamed and removed in the folder survive a power cut.
func syncFolder(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	err = folder.Sync()
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
