//go:build unix

package lastgood

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile fails at once where another process holds the lock. It ends with the process.
func lockFile(f *os.File) error {
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
}
