package sparing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/sparing"
)

func TestLines(t *testing.T) {
	var s sparing.Lines
	now := time.Unix(0, 0)
	for i, want := range []bool{true, false, false} {
		if _, ok := s.Allow("a", now); ok != want {
			t.Errorf("line %d: %t", i, ok)
		}
	}
	if _, ok := s.Allow("b", now); !ok {
		t.Error("another kind was kept back")
	}
	if before, ok := s.Allow("a", now.Add(sparing.Time)); !ok || before != 2 {
		t.Errorf("after a minute: %t, %d before", ok, before)
	}
	for i := range 2 * sparing.MaxKinds {
		s.Allow(fmt.Sprint(i), now)
	}
	if n := s.Kinds(); n > sparing.MaxKinds {
		t.Errorf("%d kinds are kept", n)
	}
	if _, ok := s.Allow("c", now.Add(3*sparing.Time)); !ok {
		t.Error("old kinds stand in the way of new ones")
	}
}

func TestSomeLinesOfAKind(t *testing.T) {
	s := sparing.Lines{Each: 3}
	now := time.Unix(0, 0)
	for range 2 {
		through := 0
		for range 10 {
			if _, ok := s.Allow("a", now); ok {
				through++
			}
		}
		if through != 3 {
			t.Errorf("%d lines", through)
		}
		now = now.Add(sparing.Time)
	}
	if before, ok := s.Allow("a", now); !ok || before != 7 {
		t.Errorf("%d before, %t", before, ok)
	}
}

func TestCut(t *testing.T) {
	for words, want := range map[string]string{"": "", "four": "four", "fives": "five…", "\x00\xff ab": "\x00 a…", "abcü": "abc…"} {
		if got := sparing.Cut(words, 4); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:1": "192.0.2.1", "[::ffff:192.0.2.1]:2": "192.0.2.1", "[2001:db8::1:2]:3": "2001:db8::",
		"[fe80::1%eth0]:4": "fe80::", "pipe": "invalid IP", "": "invalid IP",
	} {
		if got := sparing.Network(address).String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
