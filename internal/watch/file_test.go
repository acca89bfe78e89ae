package watch

import (
	"os"
	"strings"
	"testing"
)

func newFile(t *testing.T, text string) *file {
	t.Helper()
	x := &file{rules: rules{lease: newLease, quiet: quiet, grace: grace, maxBytes: 1 << 20}, path: tempFile(t, text)}
	see(t, x, text)
	x.given = x.disk
	return x
}

// see looks until the file has this content.
func see(t *testing.T, x *file, want string) {
	t.Helper()
	eventually(t, want, func() bool {
		wait, _ := x.look()
		return wait == "" && string(x.disk.data) == want
	})
}

// Two changes in one tick of the filesystem's clock look the same to stat.
func TestChangeThatStatCannotTell(t *testing.T) {
	t.Parallel()
	x := newFile(t, "first")
	write(t, x.path, "other")
	info, err := os.Stat(x.path)
	must(t, err)
	x.info = info // what stat said before as well
	see(t, x, "other")
}

// Back to what was given is nothing new, whatever was on disk meanwhile.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	x := newFile(t, "first")
	write(t, x.path, "other")
	see(t, x, "other")
	if x.news.IsZero() {
		t.Error("no news")
	}
	write(t, x.path, "first")
	see(t, x, "first")
	if x.disk != x.given || !x.news.IsZero() {
		t.Error("still takes it for something new")
	}
}

// A file that changes while it is read is read again.
func TestChangeDuringRead(t *testing.T) {
	t.Parallel()
	for _, change := range []func(t *testing.T, path, text string){write, replace} {
		x := newFile(t, "first")
		must(t, os.Chmod(x.path, 0o600)) // a reason to read
		x.lease = func(file *os.File) lease {
			change(t, x.path, "other")
			return lease{file, unknown}
		}
		x.quiet = 0
		if wait, _ := x.look(); wait == "" {
			t.Errorf("took %q for what is on disk", x.disk.data)
		}
		x.lease = newLease
		see(t, x, "other")
	}
}

// A file of any size costs no more memory than the limit.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	must(t, os.Truncate(path, 300<<20))
	f := prepare(t, lenient, func(f *Files) { f.maxBytes = 1 << 20 }).run(t, path)
	f.next(t, "<read "+path+": too large: 300 MiB, at most 1 MiB are read>")
	whole := strings.Repeat("x", 1<<20)
	write(t, path, whole)
	f.next(t, whole)
	must(t, os.Truncate(path, 1<<40)) // more than there is
	f.unsettle(t, "too large")
	f.graceIsOver()
	f.next(t, "<read "+path+": too large: 1048576 MiB, at most 1 MiB are read>")
	write(t, path, whole+"x")
	f.unsettle(t, "too large: 2 MiB")
	f.graceIsOver()
	f.next(t, "<read "+path+": too large: 2 MiB, at most 1 MiB are read>")
	replace(t, path, "other")
	f.next(t, "other")
}

// A file that grows while it is read is read to the limit.
func TestTooLargeDuringRead(t *testing.T) {
	t.Parallel()
	x := newFile(t, "small")
	must(t, os.Chmod(x.path, 0o600)) // a reason to read
	x.lease = func(file *os.File) lease {
		must(t, os.Truncate(x.path, 1<<40))
		return lease{file, unknown}
	}
	x.quiet = 0
	if wait, _ := x.look(); !strings.HasPrefix(wait, "cannot be read: read "+x.path+": too large: ") {
		t.Errorf("wait %q", wait)
	}
}
