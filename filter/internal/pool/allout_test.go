package pool

import (
	"testing"

	"github.com/livefilter/livefilter/filter/internal/config"
)

// TestWhenAllOut: whichever way, it is found again once the first is back.
func TestWhenAllOut(t *testing.T) {
	for when, want := range map[config.WhenAllOut]int{config.First: 0, config.Soonest: 2, config.Reject: -1} {
		t.Run("", func(t *testing.T) {
			emulate(t)
			now := int64(1e9)
			rule := evicting("a", "b", "c")
			rule.WhenAllOut = when
			one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
			for value, wait := range []int64{300, 200, 100} {
				one.PutOut(value, now, wait)
			}
			for _, w := range []*worker{one, two} {
				for range 50 {
					if c := w.begin(); c.Value() != want || c.OnTrial() {
						t.Fatalf("%d: %d is chosen", when, c.Value())
					}
				}
				if back := w.Back(); back != now+100 || w.AnyIn(now) {
					t.Errorf("%d: the first is back at %d, want %d", when, back, now+100)
				}
			}
			if when == config.Soonest { // what it is told again moves it behind the others
				one.PutOut(2, now, 250)
				one.expect(t, 1)
			}
			now += 298
			if !one.AnyIn(now) {
				t.Errorf("%d: none is back", when)
			}
			one.expect(t, 1, 2)
		})
	}
}

// TestAnotherTry takes none of the values that tries before it took, as long as there is one.
func TestAnotherTry(t *testing.T) {
	for name, rule := range map[string]*config.Rule{
		"without evictions": {Name: "x-key", Values: []string{"a", "b", "c"}},
		"with":              evicting("a", "b", "c"),
		"weights":           {Name: "x-key", Values: []string{"a", "b", "c"}, Weights: []uint32{1, 1000, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			emulate(t)
			now := int64(1e9)
			w := newWorker(rule, &now, 1)
			choice := func(value int) Choice { return Choice(value + 1) }
			w.tried = []Choice{choice(1)}
			w.expect(t, 0, 2)
			w.tried = []Choice{choice(1), choice(0), 0}
			w.expect(t, 2)
			if rule.Evict != nil { // one that was tried before one that is out
				w.PutOut(2, now, minute)
				w.expect(t, 0, 1)
				w.PutOut(1, now, minute)
				w.expect(t, 0)
				return
			}
			w.tried = []Choice{choice(1), choice(0), choice(2)}
			if rule.Weights == nil {
				w.expect(t, 0, 1, 2)
			}
		})
	}
}
