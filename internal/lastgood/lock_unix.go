//go:build unix && !aix

package lastgood

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes an flock(2), which the kernel lets go of when the process ends, however it does.
func lock(file *os.File) error {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return errHeld
		}
		return err
	}
}

// unlock does what closing the file would, but not while a child that is being forked still has a
// copy of the descriptor.
func unlock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_UN) }
