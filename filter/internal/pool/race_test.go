package pool

import (
	"fmt"
	"testing"
	"time"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// between lets another worker do something once, between what this one reads and what it writes.
func between(t *testing.T, do func()) {
	was := host.BeforeSwap
	t.Cleanup(func() { host.BeforeSwap = was })
	host.BeforeSwap = func(string) {
		host.BeforeSwap = was
		do()
	}
}

// TestLongerEvictionWins: of two workers that put a value out at once, the one that knows more does.
func TestLongerEvictionWins(t *testing.T) {
	for name, first := range map[string]bool{"the first time": true, "later": false} {
		for _, waits := range [][2]int64{{10, 1000}, {1000, 10}} {
			t.Run(fmt.Sprintf("%s, %d", name, waits), func(t *testing.T) {
				emulate(t)
				now := int64(1e9)
				rule := evicting("good", "bad")
				one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
				if !first {
					one.PutOut(1, now, 2)
					now += 2
				}
				between(t, func() { two.PutOut(1, now, waits[1]) })
				one.PutOut(1, now, waits[0])
				now += 998
				for _, w := range []*worker{one, two, newWorker(rule, &now, 3)} {
					w.expect(t, 0)
				}
			})
		}
	}
}

// TestPassLosesToAnEviction that comes while it is written.
func TestPassLosesToAnEviction(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("good", "bad")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(1, now, 10)
	now += 10
	for !one.begin().OnTrial() {
	}
	between(t, func() { two.PutOut(1, now, 1000) })
	one.Pass(1)
	one.expect(t, 0)
}

// TestFirstSwapsAtOnce: two workers that begin at once take two turns, and two tokens.
func TestFirstSwapsAtOnce(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	turns := &config.Rule{Name: "x-turn", Values: []string{"a", "b"}, Pick: config.Pick{Way: config.RoundRobin}}
	one, two := newWorker(turns, &now, 1), newWorker(turns, &now, 2)
	other := -1
	between(t, func() { other = two.choose() })
	if own := one.choose(); own+other != 1 {
		t.Errorf("turns %d and %d", own, other)
	}
	limited := &config.Rule{
		Name: "x-limit", Values: []string{"a"}, Limit: &config.Limit{Requests: 1, Every: time.Minute}, WhenAllOut: config.Reject,
	}
	one, two = newWorker(limited, &now, 1), newWorker(limited, &now, 2)
	var second Choice
	between(t, func() { second = two.begin() })
	if first := one.begin(); (first == 0) == (second == 0) {
		t.Errorf("two requests, one token: %d, %d", first, second)
	}
}
