package preflight

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"
)

func TestCacheKeepsTheLatest(t *testing.T) {
	ctx := t.Context()
	c := newCache(2)
	get := func(code string) *cached {
		t.Helper()
		m, err := c.get(ctx, []byte(code))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := get("a"), get("b")
	if get("a") != a {
		t.Error("the same code is another module")
	}
	get("c") // b goes: a was used later
	if !b.dropped || a.dropped {
		t.Errorf("dropped: a %v, b %v", a.dropped, b.dropped)
	}
	if get("b") == b {
		t.Error("a dropped module is handed out")
	}
	if err := c.close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.get(ctx, []byte("a")); !errors.Is(err, ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

func TestCacheBoundsCode(t *testing.T) {
	c := newCache(8)
	code := sample{file: "testdata/ok-header.wasm"}.plugin(t).Code
	var modules []*cached
	for i := range 3 {
		m, err := c.get(t.Context(), inflate(code, keptCode/2-100+i))
		if err != nil {
			t.Fatal(err)
		}
		modules = append(modules, m)
	}
	if !modules[0].dropped || modules[1].dropped || modules[2].dropped {
		t.Error("half, half and half again: the first has to go, and it alone")
	}
}

// A module in use outlives both its place in the cache and the Checker.
func TestClosedWhileInUse(t *testing.T) {
	ctx := t.Context()
	c := New(WithModules(1), WithTimeout(time.Minute))
	s, err := c.Open(ctx, sample{file: "testdata/ok-timer.wasm"}.plugin(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(ctx, sample{file: "testdata/ok-header.wasm"}.plugin(t)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Do(ctx, Samples()[0]); err != nil {
		t.Errorf("the session: %v", err)
	}
	s.Close(ctx)
	if _, err := c.Check(ctx, Plugin{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

// Each of these reserves up to 256 MiB of addresses: if one in a hundred stayed, it would show.
func TestMemoryIsGivenBack(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("no /proc/self/statm")
	}
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	check := func() {
		for _, file := range []string{"ok-header", "configure-memory", "request-trap", "start-section-trap"} {
			_, err := c.Check(t.Context(), sample{file: "testdata/" + file + ".wasm"}.plugin(t))
			if err != nil && !errors.As(err, new(*Refusal)) {
				t.Fatal(err)
			}
		}
	}
	check()
	before := addresses(t)
	for range 25 {
		check()
	}
	if after := addresses(t); after > before+2*DefaultMemory {
		t.Errorf("%d MiB of addresses before 100 checks, %d after", before>>20, after>>20)
	}
}

// addresses is the size of the process's address space, in bytes.
func addresses(t *testing.T) int {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(string(bytes.Fields(statm)[0]))
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
