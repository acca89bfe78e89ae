package lastgood

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

const (
	manifestName = "manifest.json"
	blobsName    = "blobs"
)

// Dir is a folder that one server owns. Its methods are safe for concurrent use.
type Dir struct {
	path string
	lock *os.File
	mu   sync.Mutex
}

// Open creates the folder if it is missing, for its owner alone: header values may be
// secrets. It fails where another process has the folder open.
func Open(path string) (*Dir, error) {
	if err := os.MkdirAll(filepath.Join(path, blobsName), 0o700); err != nil {
		return nil, fmt.Errorf("state folder %s: %w", path, reason(err))
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("state folder %s: %w", path, reason(err))
	}
	if err := lockFile(lock); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("state folder %s: another server uses it: %w", path, err)
	}
	return &Dir{path: path, lock: lock}, nil
}

// Close lets another process open the folder.
func (d *Dir) Close() error { return d.lock.Close() }

// wrap names the folder in an error.
func (d *Dir) wrap(err error) error { return fmt.Errorf("state folder %s: %w", d.path, err) }

// reason is err without the path, which the message has already.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
