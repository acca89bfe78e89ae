package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// read returns the content that x.info is about, or why that has to wait.
func (x *file) read() (c *content, wait string, again time.Duration) {
	if !x.info.Mode().IsRegular() {
		return &content{err: &fs.PathError{Op: "read", Path: x.path, Err: errors.New("not a regular file")}}, "", 0
	}
	// Without O_NONBLOCK, opening a pipe waits for somebody to write to it.
	file, err := os.OpenFile(x.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return &content{err: err}, "", 0
	}
	defer file.Close()
	if opened, err := file.Stat(); err != nil || !opened.Mode().IsRegular() {
		return nil, "changed a moment ago", heldMin
	}
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
	if x.info.Size() > x.maxBytes {
		return x.tooLarge(x.info.Size()), "", 0
	}
	data, err := l.read(x.info.Size(), x.maxBytes)
	switch {
	case errors.Is(err, errBroken):
		return nil, "is open for writing", heldMin
	case err != nil:
		return &content{err: err}, "", 0
	case int64(len(data)) > x.maxBytes:
		return x.tooLarge(int64(len(data))), "", 0
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

func (x *file) tooLarge(size int64) *content {
	const mib = 1 << 20
	return &content{err: &fs.PathError{Op: "read", Path: x.path,
		Err: fmt.Errorf("too large: %d MiB, at most %d MiB are read", (size+mib-1)/mib, x.maxBytes/mib)}}
}
