package lastgood

import (
	"fmt"
	"io/fs"
	"regexp"
)

// beside are the files that package history keeps in the folder, through Get, Put and Remove.
var beside = regexp.MustCompile(`^livefilter-(history-[0-9]{10}|content-[0-9a-f]{64})$`)

// Names are the files in the folder that may be asked for by Get, in order.
func (d *Dir) Names() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names(beside)
}

// Get returns what Put made the content of a file.
func (d *Dir) Get(name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !beside.MatchString(name) {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	return d.read(name)
}

// Put makes data the content of a file, whole and for good once it returns nil, as Save does.
func (d *Dir) Put(name string, data []byte) error {
	return d.change(name, func() error { return d.put(name, data) })
}

// Remove removes a file that Put made.
func (d *Dir) Remove(name string) error {
	return d.change(name, func() error { return d.remove(name) })
}

// change does what changes a file, unless that is another one than Get returns or the folder is lost. An error says
// which folder it is about.
func (d *Dir) change(name string, do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !beside.MatchString(name) {
		return fmt.Errorf("%q: %w", name, fs.ErrInvalid)
	}
	err := d.held()
	if err == nil {
		err = do()
	}
	if err != nil {
		return fmt.Errorf("state folder %s: %w", d.path, err)
	}
	return nil
}
