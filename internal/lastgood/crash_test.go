package lastgood

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

var errDied = errors.New("the process died")

// The process ends before each change of the disk in turn: a restart finds the older config or
// the newer one, and the next save leaves nothing behind.
func TestDeathAtEachStep(t *testing.T) {
	t.Parallel()
	for first := range []bool{true, false} { // with and without a config from before
		for n := 0; ; n++ {
			d := take(t, t.TempDir())
			if first == 1 {
				must(t, d.Save(older))
			}
			step := -1
			d.before = func(string, string) error {
				if step++; step >= n {
					return errDied
				}
				return nil
			}
			err := d.Save(newer)
			must(t, d.Close())
			again := take(t, d.path)
			switch c, _ := again.Load(); {
			case c == nil && first == 0 && err != nil:
			case err == nil || first == 0:
				holds(t, again, newer)
			default:
				holds(t, again, older, newer)
			}
			must(t, again.Save(newer))
			holds(t, again, newer)
			if rest := litter(t, again); rest != nil {
				t.Errorf("dead at %d: left behind: %q", n, rest)
			}
			must(t, again.Close())
			if step < n {
				if n < 6 {
					t.Errorf("only %d steps were seen", n)
				}
				break
			}
		}
	}
}

// Each change of the disk in turn fails, the others work.
func TestErrorAtEachStep(t *testing.T) {
	t.Parallel()
	for _, errno := range []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EROFS} {
		failures := 0
		for n := 0; ; n++ {
			d := take(t, t.TempDir())
			must(t, d.Save(older))
			step, at := -1, ""
			d.before = func(change, name string) error {
				if step++; step == n {
					at = change + " " + name
					return errno
				}
				return nil
			}
			err := d.Save(newer)
			if at == "" {
				break
			}
			d.before = nil
			if err == nil {
				// The disk has what was asked for; an old config waits for the next save.
				if !strings.HasPrefix(at, "remove "+prefix) {
					t.Errorf("%v at %s: no error", errno, at)
				}
				holds(t, d, newer)
			} else {
				failures++
				want := "save the last good config in " + d.path + ": " + at + ": " + errno.Error()
				if err.Error() != want || !errors.Is(err, errno) {
					t.Errorf("got %v, want %s", err, want)
				}
				holds(t, d, older, newer)
				if rest := litter(t, d); rest != nil && at != "sync "+theFolder {
					t.Errorf("%v at %s: left behind: %q", errno, at, rest)
				}
			}
			must(t, d.Save(newer))
			holds(t, d, newer)
			if rest := litter(t, d); rest != nil {
				t.Errorf("%v at %s, then saved: left behind: %q", errno, at, rest)
			}
			must(t, d.Close())
		}
		if failures < 6 {
			t.Errorf("%v: only %d steps were seen to fail", errno, failures)
		}
	}
}

// What a server left that died while it wrote, or before it could remove older configs.
func TestLeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	must(t, d.Save(older))
	text, err := os.ReadFile(filepath.Join(d.path, newest(t, d)))
	must(t, err)
	old := prefix + "0000000000"
	write(t, filepath.Join(d.path, newName), []byte("half"))
	write(t, filepath.Join(d.path, old), text)
	if rest := litter(t, d); !slices.Equal(rest, []string{old, newName}) {
		t.Fatalf("%q", rest)
	}
	must(t, d.Save(newer))
	if rest := litter(t, d); rest != nil {
		t.Errorf("left behind: %q", rest)
	}
	holds(t, d, newer)
}

// The newest is that of the highest number, whatever the clock says, and there is a last one.
func TestNumbers(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	must(t, d.Save(newer), d.Save(older))
	holds(t, d, older)
	must(t, os.Rename(filepath.Join(d.path, newest(t, d)), filepath.Join(d.path, prefix+"9999999998")))
	must(t, d.Save(newer))
	if err := d.Save(older); err == nil || !strings.Contains(err.Error(), "no number after 9999999999") {
		t.Errorf("%v", err)
	}
	holds(t, d, newer)
}
