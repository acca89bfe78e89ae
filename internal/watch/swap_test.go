package watch

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// swapped is a folder whose files a and b hold "1", and "2" after the swap of a symlink.
func swapped(t *testing.T) (a, b string, swap func()) {
	t.Helper()
	folder := t.TempDir()
	for _, generation := range []string{"1", "2"} {
		must(t, os.Mkdir(filepath.Join(folder, generation), 0o755))
		write(t, filepath.Join(folder, generation, "a"), generation)
		write(t, filepath.Join(folder, generation, "b"), generation)
	}
	data := filepath.Join(folder, "data")
	must(t, os.Symlink("1", data))
	return filepath.Join(data, "a"), filepath.Join(data, "b"), func() {
		must(t, os.Symlink("2", data+"_tmp"), os.Rename(data+"_tmp", data))
	}
}

// A swap between the looks at two files: no load sees some old, some new.
func TestSwapDuringLook(t *testing.T) {
	t.Parallel()
	a, b, swap := swapped(t)
	now := make(chan bool, 1)
	f := prepare(t, func(f *Files) {
		f.lease = func(file *os.File) lease {
			select {
			case <-now: // a is open, b is not
				swap()
			default:
			}
			return newLease(file)
		}
	}).run(t, a, b)
	f.next(t, "1 | 1")
	time.Sleep(quiet) // Run is at rest
	now <- true
	must(t, os.Chmod(a, 0o600))
	f.next(t, "2 | 2")
}

// A swap between two reads of a load, seen by somebody who asks meanwhile.
func TestSwapDuringLoad(t *testing.T) {
	t.Parallel()
	a, b, swap := swapped(t)
	f := prepare(t)
	ctx, cancel := context.WithCancel(t.Context())
	loads, done := make(chan string), make(chan error)
	n := 0
	go func() {
		done <- f.Run(ctx, func(read func(string) ([]byte, error)) error {
			if n++; n == 1 {
				_, _ = read(a) // so that Settled looks at it first
			}
			last, _ := read(b)
			if n == 2 {
				swap()
				f.Settled()
			}
			first, _ := read(a)
			loads <- string(first) + " | " + string(last)
			return nil
		})
	}()
	expect := func(want string) {
		t.Helper()
		if got := <-loads; got != want {
			t.Errorf("load got %q, want %q", got, want)
		}
	}
	expect("1 | 1")
	write(t, a, "1 edited")
	expect("1 edited | 1")
	expect("2 | 2")
	cancel()
	must(t, <-done)
}
