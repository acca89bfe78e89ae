package pool

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"github.com/livefilter/livefilter/filter/internal/config"
)

func limited(requests int64, every time.Duration, values ...string) *config.Rule {
	return &config.Rule{Name: "x-key", Values: values, Limit: &config.Limit{Requests: requests, Every: every}, WhenAllOut: config.Reject}
}

// counts returns how many of n requests carried each value; the last are those that carried none.
func counted(n, values int, workers ...*worker) []int {
	got := make([]int, values+1)
	for i := range n {
		value := workers[i%len(workers)].choose()
		if value < 0 {
			value = values
		}
		got[value]++
	}
	return got
}

// TestLimit: a bucket gives what it holds at once, and then what comes back, to all workers together.
func TestLimit(t *testing.T) {
	emulate(t)
	now := int64(5)
	rule := limited(3, 10, "a", "b")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	expect := func(n int, want ...int) {
		t.Helper()
		got := counted(n, 2, one, two)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("at %d: %v, want %v", now, got, want)
				return
			}
		}
	}
	expect(20, 3, 3, 14)
	if one.Back() != now+10 || two.Back() != now+10 || one.AnyIn(now) {
		t.Errorf("back at %d and %d", one.Back(), two.Back())
	}
	now += 9
	expect(20, 0, 0, 20)
	now++
	if !one.AnyIn(now) || !two.AnyIn(now) {
		t.Error("a token is there")
	}
	expect(20, 1, 1, 18)
	now += 25
	expect(20, 2, 2, 16)
	now += 5
	expect(20, 1, 1, 18)
	now += 1e12
	expect(20, 3, 3, 14)
}

// TestLimitBetweenOthers: a token that another worker takes between what is read and what is written is gone.
func TestLimitBetweenOthers(t *testing.T) {
	emulate(t)
	now := int64(5)
	rule := limited(2, 10, "a")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	for range 3 {
		var other int
		between(t, func() { other = two.choose() })
		got := []int{one.choose(), other, one.choose(), two.choose()}
		if got[0] != 0 || got[1] != 0 || got[2] != -1 || got[3] != -1 {
			t.Fatal(got)
		}
		now += 20
	}
}

// TestLimitWithEachPick passes over what is at its limit, as if it were out.
func TestLimitWithEachPick(t *testing.T) {
	for _, way := range []config.Way{config.Random, config.RoundRobin, config.InOrder} {
		t.Run("", func(t *testing.T) {
			emulate(t)
			now := int64(5)
			rule := limited(5, 10, "a", "b", "c")
			rule.Pick.Way = way
			one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
			if way == config.InOrder {
				if got := counted(7, 3, one, two); got[0] != 5 || got[1] != 2 {
					t.Error(got)
				}
			}
			counted(20, 3, one, two)
			now += 10
			if got := counted(20, 3, one, two); got[0] != 1 || got[1] != 1 || got[2] != 1 {
				t.Errorf("%d: %v", way, got)
			}
		})
	}
}

func TestLimitWhenAllOut(t *testing.T) {
	for when, want := range map[config.WhenAllOut][]int{config.First: {16, 0, 0}, config.Soonest: {16, 0, 0}, config.Reject: {0, 0, 16}} {
		t.Run("", func(t *testing.T) {
			emulate(t)
			now := int64(5)
			rule := limited(2, 10, "a", "b")
			rule.WhenAllOut = when
			one := newWorker(rule, &now, 1)
			if got := counted(4, 2, one); got[0] != 2 || got[1] != 2 {
				t.Error(got)
			}
			if got := counted(16, 2, one); !slices.Equal(got, want) {
				t.Errorf("%d: %v, want %v", when, got, want)
			}
		})
	}
}

// TestLimitUnderAnother: a bucket keeps what was taken out of it, as far as the limit that is new allows.
func TestLimitUnderAnother(t *testing.T) {
	emulate(t)
	now := int64(5)
	counted(10, 1, newWorker(limited(2, 1000, "a"), &now, 1))
	w := newWorker(limited(4, 10, "a"), &now, 1)
	if got := counted(10, 1, w); got[0] != 0 {
		t.Error(got)
	}
	now += 20
	if got := counted(10, 1, w); got[0] != 2 {
		t.Error(got)
	}
	for _, n := range []uint64{0, 1, math.MaxInt64, 1 << 63, math.MaxUint64} {
		key := w.buckets[0]
		_, cas, _ := proxywasm.GetSharedData(key)
		swapNumber(key, int64(n), cas)
		now += 40
		if got := counted(10, 1, w); got[0] > 4 {
			t.Errorf("%d: %v", n, got)
		}
		now += 40
		if got := counted(10, 1, w); got[0] != 4 {
			t.Errorf("%d: %v", n, got)
		}
	}
}

// TestLimitAndEviction: what is out takes no token, and what is at its limit has no trial.
func TestLimitAndEviction(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := limited(2, 10*time.Minute, "a", "b")
	rule.Evict = evicting().Evict
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(0, now, minute)
	if got := counted(10, 2, one, two); got[0] != 0 || got[1] != 2 || got[2] != 8 {
		t.Error(got)
	}
	now += minute
	if c := one.begin(); c.Value() != 0 || !c.OnTrial() {
		t.Errorf("%d", c)
	}
	one.Release(0, now)
	now += lookAgain
	if c := two.begin(); c.Value() != 0 || !c.OnTrial() {
		t.Errorf("%d", c)
	}
	two.PutOut(0, now, minute)
	two.PutOut(1, now, minute)
	now += minute // both buckets are empty
	for range 5 {
		if c, d := one.begin(), two.begin(); c != 0 || d != 0 {
			t.Errorf("%d, %d", c, d)
		}
		now += lookAgain
	}
	now += int64(20 * time.Minute)
	for range 2 {
		if c := one.begin(); !c.OnTrial() {
			t.Errorf("%d", c)
		}
	}
}
