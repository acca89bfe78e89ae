package watch

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// read returns the content that x.info is about, or why that has to wait.
func (x *file) read() (c *content, wait string, again time.Duration) {
	if !x.info.Mode().IsRegular() {
		return &content{err: &fs.PathError{Op: "read", Path: x.path, Err: errors.New("not a regular file")}}, "", 0
	}
	file, err := os.Open(x.path)
	if err != nil {
		return &content{err: err}, "", 0
	}
	defer file.Close()
	l := x.lease(file)
	defer l.release()

	age := time.Since(x.since)
	switch {
	case l.writers == some:
		wait, again = "is open for writing", min(max(age/4, heldMin), heldMax)
	case l.writers == unknown && age < x.quiet:
		wait, again = "changed a moment ago", x.quiet-age
	}
	// Even then the file may be what it was: opened and not written, or touched.
	if wait != "" && (x.disk == nil || x.disk.err != nil || int64(len(x.disk.data)) != x.info.Size()) {
		return nil, wait, again
	}
	data, err := l.read(x.info.Size())
	if errors.Is(err, errBroken) {
		return nil, "is open for writing", heldMin
	}
	if err != nil {
		return &content{err: err}, "", 0
	}
	if x.note(file.Stat()) {
		return nil, "changed a moment ago", heldMin
	}
	c = &content{data: data}
	if wait != "" && !c.equal(x.disk) {
		return nil, wait, again
	}
	return c, "", 0
}
