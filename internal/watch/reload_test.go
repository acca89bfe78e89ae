package watch

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"
)

// After a load that failed, to touch a file is to ask for another. What leaves the time of the
// last modification is not. The pause lets a wrong load happen, none is waited for.
func TestTouchAfterRefusal(t *testing.T) {
	t.Parallel()
	touches := map[string]func(t *testing.T, path string){
		"touch":             func(t *testing.T, path string) { must(t, os.Chtimes(path, time.Now(), time.Now())) },
		"the same in place": func(t *testing.T, path string) { write(t, path, "refused") },
		"the same renamed":  func(t *testing.T, path string) { replace(t, path, "refused") },
		"the same created": func(t *testing.T, path string) {
			must(t, os.Remove(path))
			write(t, path, "refused")
		},
	}
	for name, touch := range touches {
		for _, machine := range machines {
			t.Run(machine.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				other, path := tempFile(t, "other"), tempFile(t, "refused")
				must(t, os.Chtimes(path, time.Now(), time.Now().Add(-time.Hour))) // no tick of a coarse clock apart
				f := prepare(t, machine.options...).run(t, other, path)
				f.next(t, "other | refused")
				for range 2 {
					must(t, os.Chmod(path, 0o600))
					write(t, path+".swp", "x")
					time.Sleep(3 * quiet / 2)
					f.settle(t, "other | refused")
					if n := len(f.loads); n != 0 {
						t.Fatalf("%d loads without a touch", n)
					}
					before := time.Now()
					touch(t, path)
					f.settle(t, "other | refused") // which is of the next load, and no other
					f.next(t, "other | refused")
					f.mu.Lock()
					seen := f.seen
					f.mu.Unlock()
					if seen.Before(before) {
						t.Errorf("seen %v before the touch", before.Sub(seen))
					}
				}
				write(t, other, "good")
				f.next(t, "good | refused")
				write(t, path, "good")
				f.next(t, "good | good")
			})
		}
	}
}

// Whoever asks for a load gets one, of what is read from the disk again.
func TestReload(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	must(t, os.Chtimes(path, time.Now(), time.Now().Add(-time.Hour)))
	reads := make(chan int, 1_000_000)
	f := prepare(t, func(f *Files) {
		ask := f.lease
		f.lease = func(file *os.File) lease { reads <- 1; return ask(file) }
	})
	f.Reload() // before Run it is of no more use than Run itself
	f.run(t, path)
	f.next(t, "first")
	eventually(t, "a look without a read", func() bool {
		before := len(reads)
		f.settle(t, "first")
		return len(reads) == before
	})
	for range 3 {
		before := len(reads)
		f.Reload()
		f.settle(t, "first")
		f.next(t, "first")
		if len(reads) == before {
			t.Error("loaded without a look at the disk")
		}
	}
	if !f.Seen().IsZero() {
		t.Error("a change is said to be the reason")
	}
}

// Many who ask, also while a load runs, are one load after it.
func TestReloadDuringLoad(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t)
	ctx, cancel := context.WithCancel(t.Context())
	loads, finish, done := make(chan string), make(chan bool), make(chan error)
	go func() {
		done <- f.Run(ctx, func(read func(string) ([]byte, error)) error {
			data, _ := read(path)
			loads <- string(data)
			<-finish
			return nil
		})
	}()
	<-loads
	var all sync.WaitGroup
	for range 50 {
		all.Go(f.Reload)
	}
	all.Wait()
	finish <- true
	<-loads
	if reason, ok := f.Settled(); ok || reason != "a load is not done yet" {
		t.Errorf("Settled: %q, %v", reason, ok)
	}
	finish <- true
	eventually(t, "settled", func() bool { _, ok := f.Settled(); return ok })
	write(t, path, "other") // the next load is that of the edit
	if got := <-loads; got != "other" {
		t.Errorf("load got %q", got)
	}
	finish <- true
	cancel()
	must(t, <-done)
}
