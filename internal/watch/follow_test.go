package watch

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "32") // these tests wait more than they compute
	goleak.VerifyTestMain(m)
}

const deadline = time.Minute // only a test that fails waits so long

// follower is a Files whose loads can be waited for. A load is the content of the paths, with
// " | " between them; an error stands in <>.
type follower struct {
	*Files
	loads chan string
	log   *logged

	mu     sync.Mutex
	last   string
	seenBy []time.Time
}

type option func(*Files)

// leaseless is a machine or a user without leases.
func leaseless(f *Files) { f.lease = func(file *os.File) lease { return lease{file, unknown} } }

var machines = []struct {
	name    string
	options []option
}{{"leases", nil}, {"no leases", []option{leaseless}}}

// lenient waits as long as it takes for a file that is absent, or that is being written: a step of
// a save may take long on a busy machine.
func lenient(f *Files) { f.grace, f.patience = time.Hour, time.Hour }

// prepare makes a follower, one that the safety net does not help; run starts it.
func prepare(t *testing.T, options ...option) *follower {
	t.Helper()
	log := &logged{}
	files, err := New(slog.New(slog.NewTextHandler(log, nil)), 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	files.folders.every = time.Hour
	for _, o := range options {
		o(files)
	}
	return &follower{Files: files, loads: make(chan string, 10_000), log: log}
}

func (f *follower) run(t *testing.T, paths ...string) *follower {
	t.Helper()
	return f.runLoad(t, func(read func(string) ([]byte, error)) string {
		var texts []string
		for _, path := range paths {
			data, err := read(path)
			texts = append(texts, textOf(data, err))
		}
		return strings.Join(texts, " | ")
	})
}

func textOf(data []byte, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "<missing>"
	case err != nil:
		return "<" + err.Error() + ">"
	}
	return string(data)
}

// runLoad is run with a load of the test's own, which returns what it made of the files.
// One with "refused" in it has failed.
func (f *follower) runLoad(t *testing.T, load func(read func(string) ([]byte, error)) string) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- f.Run(ctx, func(read func(string) ([]byte, error)) error {
			text := load(read)
			f.mu.Lock()
			f.last = text
			f.seenBy = append(f.seenBy, f.Seen())
			f.mu.Unlock()
			f.loads <- text
			if strings.Contains(text, "refused") {
				return errors.New(text)
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", f.log)
		}
	})
	return f
}

func follow(t *testing.T, paths ...string) *follower {
	t.Helper()
	return prepare(t).run(t, paths...)
}

// graceIsOver makes what was seen to be absent count.
func (f *follower) graceIsOver() {
	f.Files.mu.Lock()
	defer f.Files.mu.Unlock()
	for _, x := range f.files {
		if x.absent {
			x.gone = x.gone.Add(-x.grace)
		}
	}
	f.wake()
}

// next waits for the next load and says what it must be.
func (f *follower) next(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-f.loads:
		if got != want {
			t.Fatalf("load got %.300q, want %.300q", got, want)
		}
	case <-time.After(deadline):
		t.Fatalf("no load, want %.300q", want)
	}
}

// settle waits until Settled agrees, which must then be about want.
func (f *follower) settle(t *testing.T, want string) {
	t.Helper()
	eventually(t, "settled", func() bool {
		_, ok := f.Settled()
		return ok
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != want {
		t.Fatalf("settled with %.300q, want %.300q", f.last, want)
	}
}

// unsettle waits for a reason with these words.
func (f *follower) unsettle(t *testing.T, words string) {
	t.Helper()
	eventually(t, words, func() bool {
		reason, ok := f.Settled()
		return !ok && strings.Contains(reason, words)
	})
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for start := time.Now(); !is(); time.Sleep(time.Millisecond) {
		if time.Since(start) > deadline {
			t.Fatalf("never: %s", what)
		}
	}
}

// must is for the steps of a save.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

// replace saves by rename.
func replace(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	must(t, os.Rename(path+".new", path))
}

func tempFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "livefilter.yaml")
	write(t, path, text)
	return path
}

// logged is a log that can be read while it is written.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
