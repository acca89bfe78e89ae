package pool

import "testing"

// TestTrial: of all the requests that come while a value's time is over, one finds out for the others.
func TestTrial(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("good", "bad")
	workers := []*worker{newWorker(rule, &now, 1), newWorker(rule, &now, 2)}
	// carried counts the requests under way that got the value, on trial or not.
	carried := func() (trials, others int) {
		for range 200 {
			for _, w := range workers {
				switch c := w.begin(); {
				case c.OnTrial() && c.Value() == 1:
					trials++
				case c.OnTrial() || c.Value() == 1:
					others++
				}
			}
		}
		return trials, others
	}
	expect := func(when string, trials, others bool) {
		t.Helper()
		gotTrials, gotOthers := carried()
		if gotTrials > 1 || gotTrials == 1 != trials || gotOthers > 0 != others {
			t.Errorf("%s: %d trials and %d other requests", when, gotTrials, gotOthers)
		}
	}
	const minute = int64(60e9)
	workers[0].PutOut(1, now, minute)
	expect("while it is out", false, false)
	now += minute
	expect("after its time", true, false)
	now += trialTime - 1
	expect("while the trial is not answered", false, false)
	now++
	expect("when that took too long", true, false)
	workers[1].PutOut(1, now, minute)
	now += minute - 1
	expect("after a trial that failed", false, false)
	now++
	expect("after its time again", true, false)
	workers[0].Pass(1)
	now += trialTime // the other worker has heard of the trial, and not of how it ended
	expect("after a trial that passed", false, true)
}

// TestTrialOfAShortEviction: a trial is not longer than the eviction was.
func TestTrialOfAShortEviction(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("good", "bad")
	rule.Evict.For = 10
	w := newWorker(rule, &now, 1)
	w.PutOut(1, now, 10)
	for range 3 {
		now += 10
		trials := 0
		for range 200 {
			if w.begin().OnTrial() {
				trials++
			}
		}
		if trials != 1 {
			t.Errorf("%d trials in 10 ns", trials)
		}
	}
}
