package watch

import (
	"os"
	"syscall"
	"testing"
)

// Nobody writes to the pipe, and reading it would never end. Devices are refused by stat too.
func TestSpecialFiles(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := follow(t, path, os.DevNull)
	f.next(t, "first | <read "+os.DevNull+": not a regular file>")
	must(t, os.Remove(path), syscall.Mkfifo(path, 0o644))
	f.next(t, "<read "+path+": not a regular file> | <read "+os.DevNull+": not a regular file>")
}

// A file that becomes a pipe between stat and open.
func TestPipeDuringRead(t *testing.T) {
	t.Parallel()
	x := newFile(t, "first")
	must(t, os.Remove(x.path), syscall.Mkfifo(x.path, 0o644))
	if _, wait, _ := x.read(); wait == "" {
		t.Error("read a pipe")
	}
}
