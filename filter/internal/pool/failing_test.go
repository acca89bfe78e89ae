package pool

import (
	"testing"

	"github.com/livefilter/livefilter/filter/internal/config"
)

// TestFailuresOfAllWorkers: a row of failures is one, whoever saw them.
func TestFailuresOfAllWorkers(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("a", "b")
	rule.Evict.After = 300 // more than a byte
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	row := func(n int) (many bool) {
		for i := range n {
			many = []*worker{one, two}[i%2].Fail(1)
		}
		return many
	}
	if row(299) || !one.Failing(1) || one.Failing(0) {
		t.Error("299 of 300 are too many")
	}
	two.Succeed(1)
	if one.Failing(1) || row(299) {
		t.Error("a good response does not end the row")
	}
	between(t, func() { two.Fail(1) }) // the 300th
	if one.Fail(1) {
		t.Error("the 301st puts out as well")
	}
	if row(298) || !row(1) {
		t.Error("the next row is not as long")
	}
}

// TestForeverEndsWithTheEdition: out for good, for workers that have the same configuration.
func TestForeverEndsWithTheEdition(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := func(edition uint32) *config.Rule {
		r := evicting("good", "bad")
		r.Evict.Forever, r.Evict.Edition = config.Statuses{{From: 401, To: 401}}, edition
		return r
	}
	one, two := newWorker(rule(1<<31|1), &now, 1), newWorker(rule(1<<31|1), &now, 2)
	one.PutOut(1, now, Forever)
	two.PutOut(1, now, minute) // shorter
	for range 3 {
		now += 2 * int64(config.MaxPeriod)
		for _, w := range []*worker{one, two, newWorker(rule(1<<31|1), &now, 3)} {
			w.expect(t, 0)
		}
	}
	edited := newWorker(rule(1<<31), &now, 4)
	for !edited.begin().OnTrial() {
	}
	edited.PutOut(1, now, minute)
	edited.expect(t, 0)
	now += minute
	edited.expect(t, 0, 1)
}
