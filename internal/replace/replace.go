// Package replace writes a file that is seen as a whole or not at all: somebody may be reading it, or following it.
package replace

import (
	"errors"
	"os"
	"path/filepath"
)

// File writes a file beside path and renames it. Its mode is as given, whatever the umask. Where that fails, what was
// at path stays, and nothing is left beside it.
func File(path string, data []byte, mode os.FileMode) error {
	next, err := os.CreateTemp(filepath.Dir(path), ".next-*")
	if err != nil {
		return err
	}
	_, err = next.Write(data)
	err = errors.Join(err, next.Chmod(mode), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		_ = os.Remove(next.Name())
	}
	return err
}
