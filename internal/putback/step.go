package putback

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/livefilter/livefilter/internal/replace"
)

// step is a file that is written beside its place, and the rename that puts it there.
type step struct {
	next, to string
	mode     fs.FileMode
	done     bool
	old      []byte // what was there, unless missing
	missing  bool
	replaces bool // old, and nothing else: see rename
}

// stage writes data beside to, with mode and owner of the file like; of one that is missing they
// are 0600 and this process's.
func stage(like, to string, data []byte) (*step, error) {
	s := &step{to: to, mode: 0o600, missing: true}
	info, err := os.Stat(like)
	if err == nil {
		s.mode = info.Mode().Perm()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, words(err)
	}
	next, err := os.CreateTemp(filepath.Dir(to), ".next-*")
	if err != nil {
		return nil, words(err)
	}
	s.next = next.Name()
	_, err = next.Write(data)
	if err = errors.Join(err, next.Sync(), next.Close(), os.Chmod(s.next, s.mode)); err != nil {
		s.discard()
		return nil, words(err)
	}
	if info != nil {
		if err := give(s.next, info); err != nil {
			s.discard()
			return nil, err
		}
	}
	return s, nil
}

// rename is refused where somebody has saved since the file was read: that is in no copy.
func (s *step) rename(d Disk) error {
	if s.replaces {
		is, err := d.Read(s.to)
		if missing := errors.Is(err, fs.ErrNotExist); missing != s.missing || !missing && (err != nil || !bytes.Equal(is, s.old)) {
			return errors.New("somebody else has written it just now: try again")
		}
	}
	if err := os.Rename(s.next, s.to); err != nil {
		return words(err)
	}
	s.done = true
	return nil
}

// undo puts back what was there before rename.
func (s *step) undo() {
	if s.missing {
		_ = os.Remove(s.to)
		return
	}
	info, _ := os.Stat(s.to)
	if replace.File(s.to, s.old, s.mode) == nil && info != nil {
		_ = give(s.to, info)
	}
}

func (s *step) discard() {
	if !s.done {
		_ = os.Remove(s.next)
	}
}

// sync makes the rename survive a power cut. A folder that cannot be synced has other ways, or none.
func (s *step) sync() {
	if folder, err := os.Open(filepath.Dir(s.to)); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// Refusal is why nothing was written.
type Refusal struct {
	Name string
	Err  error
}

func (r *Refusal) Error() string { return r.Name + " cannot be written back: " + r.Err.Error() }

func (r *Refusal) Unwrap() error { return r.Err }

// words say of an error of the disk what to do about it.
func words(err error) error {
	switch {
	case errors.Is(err, syscall.EROFS):
		return errors.New("its folder is read-only for this server: change it where it is mounted from, or mount it writable")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("this server may not write in its folder: give the server's user the right to, or put the file back from your own copy")
	case errors.Is(err, syscall.EBUSY):
		return errors.New("it is mounted by itself, so it cannot be replaced: mount its folder instead")
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("its folder is missing")
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("the disk is full")
	}
	return err
}
