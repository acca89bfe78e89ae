package watch

import (
	"os"
	"strings"
	"testing"
	"time"
)

func hold(t *testing.T, path, text string) (finish func()) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	must(t, err)
	_, err = file.WriteString(text)
	must(t, err)
	return func() { must(t, file.Close()) }
}

// A file that somebody is writing is not read, for however long that takes. Others go on.
func TestHeldOpen(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "config"), tempFile(t, "module")
	f := follow(t, config, module)
	f.next(t, "config | module")

	finish := hold(t, module, "mod")
	if reason, ok := f.Settled(); ok || reason != "livefilter.yaml is open for writing" {
		t.Errorf("Settled: %q, %v", reason, ok)
	}
	for _, text := range []string{"config 2", "config 3"} {
		write(t, config, text)
		f.next(t, text+" | module")
	}
	eventually(t, "a line in the log", func() bool { return f.log.String() != "" })
	time.Sleep(2 * heldMax)
	if n := strings.Count(f.log.String(), "held open for writing"); n != 1 {
		t.Errorf("logged %d times", n)
	}
	finish()
	f.next(t, "config 3 | mod")
	f.settle(t, "config 3 | mod")
}

// Opening a file is not changing it.
func TestHeldOpenUnchanged(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := follow(t, path)
	f.next(t, "first")
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	f.settle(t, "first") // at the latest when stat can be trusted
	_, err = file.WriteString("other")
	must(t, err)
	f.unsettle(t, "open for writing")
	must(t, file.Close())
	f.next(t, "other")
}

// A file that was never read before has no last good content. It is waited for a while, and
// then load is told why it cannot have it.
func TestHeldOpenAtFirstRead(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "")
	finish := hold(t, path, "fir")
	f := follow(t, path)
	f.next(t, "<"+path+" is open for writing>")
	f.unsettle(t, "open for writing")
	finish()
	f.next(t, "fir")

	path = tempFile(t, "")
	finish = hold(t, path, "first")
	f = follow(t, path)
	time.AfterFunc(patience/10, finish)
	f.next(t, "first")
}

// Files that change at the same time are loaded together.
func TestTogether(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "config"), tempFile(t, "module")
	f := follow(t, config, module)
	f.next(t, "config | module")
	finish := hold(t, module, "module 2")
	write(t, config, "config 2")
	time.AfterFunc(together/10, finish)
	f.next(t, "config 2 | module 2")
}
