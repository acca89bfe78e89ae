package lastgood

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

var errHeld = errors.New("another process has the lock")

// takeLock locks the folder until the file that it returns is closed, or the process ends.
// The lock's file stays for ever: a server that removed it could remove another one's lock.
func takeLock(root *os.Root) (*os.File, error) {
	file, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		// On a disk that has become read-only, the last good config can still be read.
		readable, other := root.Open(lockName)
		if other != nil {
			return nil, fmt.Errorf("open %s: %w", lockName, cause(err))
		}
		file = readable
	}
	if err := own(root, file); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func own(root *os.Root, file *os.File) error {
	named, err := root.Lstat(lockName)
	opened, err2 := file.Stat()
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("open %s: %w", lockName, cause(err))
	}
	if !named.Mode().IsRegular() || !os.SameFile(named, opened) {
		return fmt.Errorf("%s is not a regular file", lockName) // and must not be written to
	}
	if err := lock(file); errors.Is(err, errHeld) {
		return fmt.Errorf("is in use by another server%s: each server needs a folder of its own", owner(file))
	} else if err != nil {
		return fmt.Errorf("lock %s: %w", lockName, err)
	}
	// For the message above, so it may fail: the disk may be full or read-only.
	if host, err := os.Hostname(); err == nil && file.Truncate(0) == nil {
		_, _ = file.WriteAt(fmt.Appendf(nil, "process %d on %s\n", os.Getpid(), host), 0)
	}
	return nil
}

// owner is who has the lock, as far as that is known.
func owner(file *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, 200))
	text = bytes.TrimSpace(text)
	if err != nil || len(text) == 0 || bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return fmt.Sprintf(" (%s)", text)
}
