package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Who saves and then asks is never told about the content before.
func TestSettledIsNeverLate(t *testing.T) {
	t.Parallel()
	for _, machine := range machines {
		t.Run(machine.name, func(t *testing.T) {
			t.Parallel()
			path := tempFile(t, "0")
			f := prepare(t, machine.options...).run(t, path)
			f.next(t, "0")
			for i := range 40 {
				text := fmt.Sprint(i % 7) // also back to contents that were loaded before
				if i%2 == 0 {
					write(t, path, text)
				} else {
					replace(t, path, text)
				}
				f.settle(t, text)
			}
		})
	}
}

// As long as a load runs, what it makes of the content is not there.
func TestNotSettledWhileLoading(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t)
	if _, ok := f.Settled(); ok {
		t.Error("settled before Run")
	}
	ctx, cancel := context.WithCancel(t.Context())
	read, finish, done := make(chan string), make(chan bool), make(chan error)
	go func() {
		done <- f.Run(ctx, func(get func(string) ([]byte, error)) error {
			data, _ := get(path)
			read <- string(data)
			<-finish
			return nil
		})
	}()
	for _, text := range []string{"first", "other"} {
		write(t, path, text)
		if got := <-read; got != text {
			t.Fatalf("load got %q", got)
		}
		if reason, ok := f.Settled(); ok {
			t.Errorf("settled while %q is being loaded", text)
		} else if text == "other" && reason != "livefilter.yaml has changed and is not loaded yet" {
			t.Errorf("reason %q", reason)
		}
		finish <- true
		eventually(t, "settled", func() bool { _, ok := f.Settled(); return ok })
	}
	cancel()
	must(t, <-done)
}

// A file that the last load did not read concerns nobody.
func TestDropped(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "with"), tempFile(t, "module")
	f := prepare(t)
	ctx, cancel := context.WithCancel(t.Context())
	loads, done := make(chan string), make(chan error)
	go func() {
		done <- f.Run(ctx, func(read func(string) ([]byte, error)) error {
			data, _ := read(config)
			text := string(data)
			if text == "with" {
				data, _ = read(module)
				text += " " + string(data)
			}
			loads <- text
			return nil
		})
	}()
	expect := func(want string) {
		t.Helper()
		if got := <-loads; got != want {
			t.Fatalf("load got %q, want %q", got, want)
		}
	}
	expect("with module")
	write(t, config, "without")
	expect("without")
	must(t, os.RemoveAll(filepath.Dir(module)))
	eventually(t, "settled", func() bool { _, ok := f.Settled(); return ok })
	must(t, os.MkdirAll(filepath.Dir(module), 0o755))
	write(t, module, "module 2")
	time.Sleep(3 * quiet / 2) // lets a wrong load happen
	write(t, config, "with")
	expect("with module 2")
	write(t, module, "module 3")
	expect("with module 3")
	cancel()
	must(t, <-done)
}

func TestSeen(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "0")
	f := follow(t, path)
	f.next(t, "0")
	for i := 1; i < 5; i++ {
		f.settle(t, fmt.Sprint(i-1))
		before := time.Now()
		write(t, path, fmt.Sprint(i))
		f.next(t, fmt.Sprint(i))
		f.mu.Lock()
		seen := f.seenBy[i]
		f.mu.Unlock()
		if seen.Before(before) || seen.After(time.Now()) {
			t.Errorf("seen %v after the save began", seen.Sub(before))
		}
	}
}

// A save during a load is seen then, not when the save before it was.
func TestSeenDuringLoad(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "0")
	f := prepare(t)
	ctx, cancel := context.WithCancel(t.Context())
	var between time.Time
	loads, done := make(chan string), make(chan error)
	n := 0
	go func() {
		done <- f.Run(ctx, func(read func(string) ([]byte, error)) error {
			data, _ := read(path)
			switch n++; n {
			case 2:
				between = time.Now()
				write(t, path, "2")
				f.Settled()
			case 3:
				if f.Seen().Before(between) {
					t.Error("the save is said to have been seen before it was made")
				}
			}
			loads <- string(data)
			return nil
		})
	}()
	for _, want := range []string{"0", "1", "2"} {
		if want == "1" {
			write(t, path, want)
		}
		if got := <-loads; got != want {
			t.Errorf("load got %q, want %q", got, want)
		}
	}
	cancel()
	must(t, <-done)
}
