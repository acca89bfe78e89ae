package dev

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/watch"
)

// printed is what an Out wrote.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path+"~", []byte(text), 0o600) // a name that is no source
	}
	if err == nil {
		err = os.Rename(path+"~", path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// looping runs a Loop with the build until the test ends, and counts its builds.
func looping(t *testing.T, dir string, build func(n int) error) (builds func() int, out *printed) {
	t.Helper()
	files, err := watch.New(slog.New(slog.DiscardHandler), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	out = &printed{}
	var mu sync.Mutex
	n := 0
	l := &Loop{Dir: dir, Source: files, Out: NewOut(out), Build: func(context.Context) error {
		mu.Lock()
		n++
		now := n
		mu.Unlock()
		return build(now)
	}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}, out
}

// Each change of a source is a build, also of one that is new, goes, or is in a folder that is new.
func TestLoop(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.rs", "1")
	builds, _ := looping(t, dir, func(int) error { return nil })
	for i, change := range []func(){
		func() {},
		func() { write(t, dir, "a.rs", "2") },
		func() { write(t, dir, "b.rs", "1") },
		func() { write(t, dir, "src/deep/c.rs", "1") },
		func() { write(t, dir, "src/deep/c.rs", "2") },
		func() { _ = os.Remove(filepath.Join(dir, "b.rs")) },
		func() { write(t, dir, "a.rs", "3") },
	} {
		change()
		eventually(t, "a build after each change", func() bool { return builds() == i+1 })
	}
}

func TestABuildThatFailed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.rs", "1")
	builds, _ := looping(t, dir, func(n int) error {
		if n == 1 {
			return errors.New("no compiler")
		}
		return nil
	})
	eventually(t, "a build", func() bool { return builds() == 1 })
	write(t, dir, "a.rs", "1") // saved again, now that the compiler is there
	eventually(t, "another build", func() bool { return builds() == 2 })
}

// A build that writes one of the sources, and never the same, ends all the same; a person's edit of that file counts.
func TestABuildThatWritesSources(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.rs", "1")
	builds, out := looping(t, dir, func(n int) error {
		write(t, dir, "version.rs", strings.Repeat("x", n))
		now := time.Now() // the kernel's own clock of files is too coarse for builds as short as this
		return os.Chtimes(filepath.Join(dir, "version.rs"), now, now)
	})
	eventually(t, "it is noticed", func() bool { return strings.Contains(out.String(), "version.rs changes with each build") })
	before := builds()
	write(t, dir, "a.rs", "2")
	eventually(t, "a build for an edit", func() bool { return builds() > before })
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"main.go", "src/lib.rs", "Makefile", "README.md", "go.sum", ".hidden", "node_modules/a.ts", "assembly/index.ts", "x.swp",
		"target/x.rs", "filter.wasm", "Cargo.lock", ".git/index", "livefilter.yaml",
	} {
		write(t, dir, name, "")
	}
	got, err := Sources(dir)
	for i := range got {
		got[i], _ = filepath.Rel(dir, got[i])
	}
	if want := []string{"Makefile", "assembly/index.ts", "main.go", "src/lib.rs"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q %v", got, err)
	}
	if _, err := Sources(filepath.Join(dir, "none")); err == nil {
		t.Error("no error without a folder")
	}
}
