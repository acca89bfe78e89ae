package watch

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"time"
)

const (
	quiet    = 100 * time.Millisecond // without leases: how long nothing changes before a content counts as complete
	grace    = time.Second            // how long a file may be missing, empty or unreadable before that counts
	patience = 3 * time.Second        // how long a load waits for a file that is being written
	racy     = 2 * time.Second        // two changes within the coarsest timestamp (FAT) may look the same to stat

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

// absence says why c may be a moment in the middle of a save rather than its result, or "".
func (c *content) absence() string {
	switch {
	case errors.Is(c.err, fs.ErrNotExist):
		return "is missing"
	case c.err != nil:
		return "cannot be read: " + c.err.Error()
	case len(c.data) == 0:
		return "is empty"
	}
	return ""
}

// rules are the same for all files.
type rules struct {
	lease                  func(*os.File) lease
	quiet, grace, patience time.Duration
	maxBytes               int64
}

// file is a path and what is known of it. Files.mu guards what changes.
type file struct {
	rules
	path string

	given *content // what the last load was given; nil: nothing yet
	disk  *content // the last complete content that was seen; nil: nothing yet
	next  *content // what a load is given: disk or an error, at a moment when all files were looked at

	info  fs.FileInfo // what stat said last, or nil and
	err   error       // why it could not
	since time.Time   // when it first said so
	sure  bool        // nothing can have changed as long as stat says the same

	wait      string    // why disk is not what the disk holds, or ""
	gone      time.Time // since when the file is absent, for one reason or another; zero: it is not
	absent    bool      // wait is about that
	news      time.Time // when the first sign of another content than given was seen; zero: none
	mtime     time.Time // of the file that stat saw last
	touched   time.Time // when another mtime was first seen since the last load began; zero: never
	lost      bool      // the name that this mount came from means another file by now
	mentioned bool      // wait or lost is in the log
}

// look compares the file with the disk. If wait is empty, disk is what the disk holds. If
// not, wait says why that is not known yet, and again when to look next.
func (x *file) look() (wait string, again time.Duration) {
	x.absent = false
	x.wait, again = x.compare()
	switch {
	case x.wait == "" && x.disk == x.given:
		x.news = time.Time{}
	case x.news.IsZero():
		x.news = x.since
	}
	return x.wait, again
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
	switch {
	case x.given != nil && found.equal(x.given):
		found = x.given
	case x.disk == nil:
	case found.equal(x.disk):
		found = x.disk
	case found.absence() != "":
		if x.gone.IsZero() {
			x.gone = time.Now() // once: a touch or another kind of absence does not start the grace again
		}
		if left := x.grace - time.Since(x.gone); left > 0 {
			x.absent = true
			return found.absence(), left
		}
	}
	x.disk, x.gone = found, time.Time{}
	x.sure = found.err == nil && time.Since(x.since) >= racy
	return "", 0
}

// due says whether the file, if complete, is a reason for a load. refused: the last one failed.
func (x *file) due(refused bool) bool {
	return x.disk != x.given || refused && !x.touched.IsZero()
}

// pending is what a load is given in the place of a content that is not complete.
func (x *file) pending() *content {
	c := &content{err: &fs.PathError{Op: "read", Path: x.path, Err: errors.New(x.wait)}}
	if x.given != nil && c.equal(x.given) {
		return x.given
	}
	return c
}

// note takes in what stat said, and says whether that is news.
func (x *file) note(info fs.FileInfo, err error) bool {
	if x.same(info, err) {
		return false
	}
	now := time.Now()
	x.sure, x.since = false, now
	if first := x.info == nil && x.err == nil; first && info != nil && changeTime(info).Before(now) {
		x.since = changeTime(info) // nobody has to wait for a file that was there long before
	}
	x.info, x.err = info, err
	if info != nil {
		if !x.mtime.IsZero() && !x.mtime.Equal(info.ModTime()) && x.touched.IsZero() {
			x.touched = now
		}
		x.mtime = info.ModTime()
	}
	x.lost = info != nil && links(info) == 0 && Mounted(x.path)
	return true
}

// same says whether stat said the same before.
func (x *file) same(info fs.FileInfo, err error) bool {
	switch {
	case info != nil && x.info != nil:
		return os.SameFile(info, x.info) && info.Size() == x.info.Size() &&
			info.ModTime().Equal(x.info.ModTime()) && changeTime(info).Equal(changeTime(x.info))
	case err != nil && x.err != nil:
		return err.Error() == x.err.Error()
	}
	return false
}
