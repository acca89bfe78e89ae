package timeline

import (
	"testing"
	"time"
)

var t0 = time.Unix(1_700_000_000, 0)

func at(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }

func TestAnEditIsLiveWithItsLastAnswer(t *testing.T) {
	var l Log
	l.Begin(Edit{Saved: at(0), Set: at(2), Expected: 2})
	l.Sent("a", "1", "x", at(3))
	if _, live := l.Answered("a", "1", "x", false, at(4)); live {
		t.Error("live before the second Envoy was sent anything")
	}
	l.Sent("b", "2", "x", at(5))
	took, live := l.Answered("b", "2", "x", false, at(9))
	if !live || took != 9*time.Millisecond {
		t.Errorf("live %t after %s", live, took)
	}
	if e := l.Edits()[0]; e.Live != at(9) || e.Got != 2 || e.Answers[1].Acked != at(9) {
		t.Errorf("%+v", e)
	}
}

func TestARefusalIsNeverLive(t *testing.T) {
	var l Log
	l.Begin(Edit{Expected: 2})
	l.Sent("a", "1", "x", at(1))
	l.Sent("b", "2", "x", at(1))
	l.Answered("a", "1", "x", true, at(2))
	if _, live := l.Answered("b", "2", "x", false, at(3)); live {
		t.Error("live although one refused")
	}
	if e := l.Edits()[0]; !e.Live.IsZero() || e.Refused != 1 || !e.Answers[0].Refused {
		t.Errorf("%+v", e)
	}
}

// An answer belongs to the edit that it was sent for, also after a newer one.
func TestALateAnswer(t *testing.T) {
	var l Log
	l.Begin(Edit{Expected: 1, Version: "1"})
	l.Sent("a", "1", "x", at(1))
	l.Begin(Edit{Expected: 1, Version: "2"})
	if _, live := l.Answered("a", "1", "x", false, at(2)); !live {
		t.Error("the first edit is not live")
	}
	if e := l.Edits(); e[0].Live.IsZero() || !e[1].Live.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	var l Log
	for range maxEdits + 5 {
		l.Begin(Edit{})
	}
	for i := range maxAnswers + 5 {
		l.Sent("a", time.Duration(i).String(), "x", at(1))
	}
	e := l.Edits()
	if len(e) != maxEdits || len(e[maxEdits-1].Answers) != maxAnswers {
		t.Errorf("%d edits, %d answers", len(e), len(e[maxEdits-1].Answers))
	}
	for i := range maxAnswers + 5 {
		l.Gone("a", time.Duration(i).String())
	}
	if len(l.open) != 0 {
		t.Errorf("%d open", len(l.open))
	}
	l.Answered("a", "1", "x", false, at(2)) // nothing was sent: nothing happens
}
