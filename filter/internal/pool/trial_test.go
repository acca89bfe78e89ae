package pool

import "testing"

const minute = int64(60e9)

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
	workers[0].PutOut(1, now, minute)
	expect("while it is out", false, false)
	now += minute
	began := now
	expect("after its time", true, false)
	now += trialTime - 1
	expect("while the trial is not answered", false, false)
	now += 3
	expect("when nobody heard of its end", true, false)
	workers[1].PutOut(1, now, minute)
	now += minute - 1
	expect("after a trial that failed", false, false)
	now++
	expect("after its time again", true, false)
	workers[0].Release(1, began)
	now += lookAgain
	expect("after the end of a trial of long ago", false, false)
	workers[0].Release(1, now-lookAgain)
	now += lookAgain // the other worker has heard of the trial, and not of how it ended
	expect("after a trial that told nothing", true, false)
	workers[0].Pass(1)
	now += lookAgain
	expect("after a trial that passed", false, true)
}

// TestTrialThatIsLate: what an old trial finds out does not count against what is known since.
func TestTrialThatIsLate(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("good", "bad")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(1, now, minute)
	now += minute
	began := now
	for !one.begin().OnTrial() {
	}
	now += trialTime + 1
	for !two.begin().OnTrial() {
	}
	two.PutOut(1, now, minute)
	one.Pass(1)
	one.expect(t, 0)
	two.expect(t, 0)
	one.Release(1, began)
	one.expect(t, 0)
	now += minute - 2
	two.expect(t, 0)
}

// TestTrialOfAShortEviction: a trial lasts as long as it lasts, and its bad end puts the value out for as long as that
// says, though the trial could have lasted longer.
func TestTrialOfAShortEviction(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	w := newWorker(evicting("good", "bad"), &now, 1)
	w.PutOut(1, now, 10)
	for range 3 {
		trials := 0
		for range 200 {
			now += 10
			if w.begin().OnTrial() {
				trials++
			}
		}
		if trials != 1 {
			t.Errorf("%d trials", trials)
		}
		w.PutOut(1, now, 10)
	}
	now += 10
	w.expect(t, 0, 1)
}
