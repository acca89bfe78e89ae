package live

import (
	"bytes"
	"fmt"
)

// Disk is where the source's files are, for a rollback to write them back.
type Disk interface {
	Read(name string) ([]byte, error)
	// Replace makes files what the disk has, last after the others, all or none. Of a content
	// that it replaces and that is not known it keeps a copy.
	Replace(files map[string][]byte, last string, known func(name string, data []byte) bool) (written, kept []string, err error)
}

// write is what a rollback writes. A load makes it: the one after it reads all of the files, and
// none reads some of them.
type write struct {
	entry         int               // that is rolled back to
	files         map[string][]byte // by name
	written, kept []string
	done          chan error
}

// write makes the write that is asked for. It returns whether files have changed by it.
func (l *Live) write() bool {
	l.mu.Lock()
	w := l.writes
	l.writes = nil
	l.mu.Unlock()
	if w == nil {
		return false
	}
	var err error
	w.written, w.kept, err = l.Disk.Replace(w.files, l.File, l.history.Has)
	if err == nil {
		l.Log.Info("files were written back", "entry", w.entry, "files", w.written, "copies", w.kept)
		l.mu.Lock()
		l.wrote = w
		l.mu.Unlock()
		l.Source.Reload()
	}
	w.done <- err
	return err == nil
}

// rolledBack is where a config came from that a rollback wrote; "" where none did.
func (l *Live) rolledBack(contents map[string][]byte) string {
	l.mu.Lock()
	w := l.wrote
	l.wrote = nil
	l.mu.Unlock()
	if w == nil {
		return ""
	}
	for name, data := range w.files {
		if read, ok := contents[name]; !ok || !bytes.Equal(read, data) {
			return "" // somebody has saved meanwhile
		}
	}
	return fmt.Sprintf("rollback of %d", w.entry)
}
