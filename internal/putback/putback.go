// Package putback writes the files of a config back to where they were read from: all of them,
// or none.
//
// Each is replaced by a rename, so that nobody reads half of one. A symbolic link stays, and the
// file that it leads to is replaced. Mode and owner stay. What must not be lost, since nobody else
// has it, is left beside the file under the name of it with Beside at its end.
package putback

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Beside ends the names of copies of what was replaced; further ones of the same file have a number after it: ".2".
const Beside = ".before-rollback"

const maxBeside = 100

// Disk is that of this machine. Relative names are from the working directory.
type Disk struct{}

// Read returns the content of a file.
func (Disk) Read(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // nor is it opened: a pipe would block
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	return os.ReadFile(name)
}

// Replace makes files, by name, what the disk has; last is the one that is replaced after the
// others. What is so already is left alone. Of a content that is replaced and not known a copy is
// kept. It returns which files were written, and which copies. After an error the disk has what
// it had; the error says what a person can do.
func (d Disk) Replace(files map[string][]byte, last string, known func(name string, data []byte) bool) (written, kept []string, err error) {
	var steps []*step
	defer func() {
		for _, s := range steps {
			s.discard()
		}
	}()
	led := map[string]string{} // by where names lead to
	for _, name := range order(files, last) {
		at, err := locate(name)
		if err != nil {
			return nil, nil, &Refusal{name, err}
		}
		if other, twice := led[at]; twice {
			if !bytes.Equal(files[other], files[name]) {
				return nil, nil, &Refusal{name, fmt.Errorf("it leads to the same file as %s by now, which has other content", other)}
			}
			continue
		}
		led[at] = name
		old, err := d.Read(at)
		missing := errors.Is(err, fs.ErrNotExist)
		switch {
		case err == nil && bytes.Equal(old, files[name]):
			continue
		case err != nil && !missing:
			return nil, nil, &Refusal{name, words(err)}
		}
		if !missing && !known(name, old) {
			end, there, err := d.beside(at, old)
			if err != nil {
				return nil, nil, &Refusal{name, err}
			}
			kept = append(kept, name+end)
			if !there {
				s, err := stage(at, at+end, old)
				if err != nil {
					return nil, nil, &Refusal{name, err}
				}
				steps = append(steps, s)
			}
		}
		s, err := stage(at, at, files[name])
		if err != nil {
			return nil, nil, &Refusal{name, err}
		}
		s.old, s.missing, s.replaces = old, missing, true
		steps, written = append(steps, s), append(written, name)
	}
	for i, s := range steps {
		if err := s.rename(d); err != nil {
			for _, done := range slices.Backward(steps[:i]) {
				done.undo()
			}
			return nil, nil, &Refusal{s.to, err}
		}
	}
	for _, s := range steps {
		s.sync()
	}
	return written, kept, nil
}

// beside is the end of the name of a copy of data, which is at a path: one that takes no other copy's place. there says
// that it is that copy already.
func (d Disk) beside(at string, data []byte) (end string, there bool, err error) {
	for n := 1; n <= maxBeside; n++ {
		if end = Beside; n > 1 {
			end += "." + strconv.Itoa(n)
		}
		if _, err := os.Lstat(at + end); errors.Is(err, fs.ErrNotExist) {
			return end, false, nil
		}
		if is, err := d.Read(at + end); err == nil && bytes.Equal(is, data) {
			return end, true, nil
		}
	}
	return "", false, fmt.Errorf("there are %d copies beside it (%s%s): remove those that nobody needs", maxBeside, at, Beside)
}

// order is that in which files are replaced.
func order(files map[string][]byte, last string) (names []string) {
	for name := range files {
		if name != last {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if _, ok := files[last]; ok {
		names = append(names, last)
	}
	return names
}

// locate is the file that a name leads to, which need not exist.
func locate(name string) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", words(err)
	}
	path = filepath.Join(folder, filepath.Base(path))
	at, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		path = at
	case !errors.Is(err, fs.ErrNotExist):
		return "", words(err)
	default:
		if _, err := os.Lstat(path); err == nil {
			return "", errors.New("it is a symbolic link to a file that is missing")
		}
	}
	for part := range strings.SplitSeq(path, string(filepath.Separator)) {
		if len(part) > 2 && strings.HasPrefix(part, "..") {
			return "", errors.New("its folder is swapped as a whole (a ConfigMap or Secret, by ..data): change it where it comes from")
		}
	}
	return path, nil
}
