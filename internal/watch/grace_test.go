package watch

import (
	"os"
	"path/filepath"
	"testing"
)

// What stays missing or empty is passed on, so that somebody can say so.
func TestMissing(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, lenient).run(t, path)
	f.next(t, "first")
	must(t, os.Remove(path))
	if reason, ok := f.Settled(); ok || reason != "livefilter.yaml is missing" {
		t.Errorf("Settled: %q, %v", reason, ok)
	}
	f.graceIsOver()
	f.next(t, "<missing>")
	f.settle(t, "<missing>")
	write(t, path, "first")
	f.next(t, "first")
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, lenient).run(t, path)
	f.next(t, "first")
	must(t, os.Truncate(path, 0))
	if reason, ok := f.Settled(); ok || reason != "livefilter.yaml is empty" {
		t.Errorf("Settled: %q, %v", reason, ok)
	}
	f.graceIsOver()
	f.next(t, "")
	f.settle(t, "")
	write(t, path, "other")
	f.next(t, "other")
}

func TestNotAFile(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, lenient).run(t, path)
	f.next(t, "first")
	must(t, os.Remove(path), os.Mkdir(path, 0o755))
	f.unsettle(t, "cannot be read")
	f.graceIsOver()
	f.next(t, "<read "+path+": not a regular file>")
	must(t, os.Remove(path))
	write(t, path, "other")
	f.next(t, "other")
}

// A load is given what is there at the start, whatever that is.
func TestStart(t *testing.T) {
	t.Parallel()
	follow(t, filepath.Join(t.TempDir(), "none")).next(t, "<missing>")
	follow(t, tempFile(t, "")).next(t, "")
	follow(t, tempFile(t, "first")).next(t, "first")
	prepare(t, leaseless).run(t, tempFile(t, "first")).next(t, "first")
}
