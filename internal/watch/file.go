package watch

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"time"
)

const (
	quiet = 100 * time.Millisecond // without leases: how long nothing changes before a content counts as complete
	grace = time.Second            // how long a file may be missing, empty or unreadable before that counts
	racy  = 2 * time.Second        // two changes within the coarsest timestamp (FAT) may look the same to stat

	heldMin = time.Millisecond // the back-off while a file is open for writing
	heldMax = 50 * time.Millisecond
)

// content is what a load is given of a file. It never changes; a pointer stands for it.
type content struct {
	data []byte
	err  error
}

func (c *content) equal(d *content) bool {
	if c.err != nil || d.err != nil {
		return c.err != nil && d.err != nil && c.err.Error() == d.err.Error()
	}
	return bytes.Equal(c.data, d.data)
}

// file is a path and what is known of it. Files.mu guards what changes.
type file struct {
	path  string
	lease func(*os.File) lease
	quiet time.Duration

	given *content // what the last load was given; nil: nothing yet
	disk  *content // the last complete content that was seen; nil: nothing yet
	next  *content // what a load is given: disk, at a moment when all files were looked at

	info  fs.FileInfo // what stat said last, or nil and
	err   error       // why it could not
	since time.Time   // when it first said so
	sure  bool        // nothing can have changed as long as stat says the same

	news      time.Time // when the first sign of another content than given was seen; zero: none
	held      bool      // somebody has it open for writing, and it is not what it was
	lost      bool      // the name that this mount came from means another file by now
	mentioned bool      // the one or the other is in the log
}

// look compares the file with the disk. If wait is empty, disk is what the disk holds. If
// not, wait says why that is not known yet, and again when to look next.
func (x *file) look() (wait string, again time.Duration) {
	x.held = false
	wait, again = x.compare()
	switch {
	case wait == "" && x.disk == x.given:
		x.news = time.Time{}
	case x.news.IsZero():
		x.news = x.since
	}
	return wait, again
}

func (x *file) compare() (wait string, again time.Duration) {
	x.note(os.Stat(x.path))
	if x.sure {
		return "", 0
	}
	found := &content{err: x.err}
	if x.err == nil {
		if found, wait, again = x.read(); wait != "" {
			return wait, again
		}
	}
	age := time.Since(x.since)
	switch {
	case x.given != nil && found.equal(x.given):
		found = x.given
	case x.disk == nil:
	case found.equal(x.disk):
		found = x.disk
	case age >= grace:
	case errors.Is(found.err, fs.ErrNotExist):
		return "is missing", grace - age
	case found.err != nil:
		return "cannot be read: " + found.err.Error(), grace - age
	case len(found.data) == 0:
		return "is empty", grace - age
	}
	x.disk = found
	x.sure = found.err == nil && age >= racy
	return "", 0
}

// note takes in what stat said, and says whether that is news.
func (x *file) note(info fs.FileInfo, err error) bool {
	same := false
	switch {
	case info != nil && x.info != nil:
		same = os.SameFile(info, x.info) && info.Size() == x.info.Size() &&
			info.ModTime().Equal(x.info.ModTime()) && changeTime(info).Equal(changeTime(x.info))
	case err != nil && x.err != nil:
		same = err.Error() == x.err.Error()
	}
	if same {
		return false
	}
	now := time.Now()
	x.sure, x.since = false, now
	if first := x.info == nil && x.err == nil; first && info != nil && changeTime(info).Before(now) {
		x.since = changeTime(info) // nobody has to wait for a file that was there long before
	}
	x.info, x.err = info, err
	x.lost = info != nil && links(info) == 0 && mountPoint(x.path)
	return true
}

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
		x.held = l.writers == some
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
		x.held = l.writers == some
		return nil, wait, again
	}
	return c, "", 0
}
