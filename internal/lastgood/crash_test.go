package lastgood

import (
	"errors"
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
			if rest := litter(t, again, newer); rest != nil {
				t.Errorf("dead at %d: left behind: %q", n, rest)
			}
			must(t, again.Close())
			if step < n {
				if n < 12 {
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
				// The disk has what was asked for; old contents wait for the next sweep.
				if !strings.HasPrefix(at, "remove "+filePrefix) {
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
				current, err := d.Load()
				must(t, err)
				if rest := litter(t, d, *current); rest != nil && at != "sync "+theFolder {
					t.Errorf("%v at %s: left behind: %q", errno, at, rest)
				}
			}
			must(t, d.Save(newer))
			holds(t, d, newer)
			if rest := litter(t, d, newer); rest != nil {
				t.Errorf("%v at %s, then saved: left behind: %q", errno, at, rest)
			}
			must(t, d.Close())
		}
		if failures < 12 {
			t.Errorf("%v: only %d steps were seen to fail", errno, failures)
		}
	}
}

// What a server left that died while it wrote, or while its disk was full.
func TestLeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	orphan := filePrefix + digest([]byte("nobody's"))
	write(t, filepath.Join(d.path, newName), []byte("half"))
	write(t, filepath.Join(d.path, orphan), []byte("nobody's"))
	if rest := litter(t, d, older); !slices.Equal(rest, []string{orphan, newName}) {
		t.Fatalf("%q", rest)
	}
	must(t, d.Save(older))
	if rest := litter(t, d, older); rest != nil {
		t.Errorf("left behind: %q", rest)
	}
}
