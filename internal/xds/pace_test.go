package xds

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	now := time.Unix(0, 0)
	p, sent := newPace(now), uint64(0)
	for i := range maxBurst {
		if wait := p.take(now, sent); wait != 0 {
			t.Fatalf("request %d waits %s", i, wait)
		}
	}
	for range 10 * maxBurst { // an answer to each response is free
		sent++
		if wait := p.take(now, sent); wait != 0 {
			t.Fatalf("an answer waits %s", wait)
		}
	}
	if wait := p.take(now, sent); wait != time.Second/maxRate {
		t.Errorf("one too many waits %s", wait)
	}
	now = now.Add(time.Second)
	for i := range maxRate - 1 {
		if wait := p.take(now, sent); wait != 0 {
			t.Fatalf("a second later, request %d waits %s", i, wait)
		}
	}
	if p.take(now, sent) == 0 {
		t.Error("more than is allowed in a second")
	}
	now = now.Add(24 * time.Hour)
	if p.take(now, sent); p.left > maxBurst {
		t.Errorf("a quiet day earns %f requests", p.left)
	}
}
