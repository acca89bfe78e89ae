package timeline

import (
	"testing"
	"time"
)

var t0 = time.Unix(1_700_000_000, 0)

func at(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }

func TestAnEditIsLiveOnce(t *testing.T) {
	var l Log
	l.Begin(Edit{Saved: at(0), Set: at(2), Version: "1"}, 0, 0)
	l.Sent("a", "1", "x", "1", false, at(3))
	l.Answered("a", "1", "x", "1", false, at(4))
	if e := l.Edits(2, 1)[0]; !e.Live.IsZero() || e.Envoys != 2 || e.Running != 1 || e.Answers[0].Acked != at(4) {
		t.Errorf("%+v", e)
	}
	if took, first := l.Live("1", at(9)); !first || took != 9*time.Millisecond {
		t.Errorf("live %t after %s", first, took)
	}
	if _, again := l.Live("1", at(10)); again {
		t.Error("live for the first time twice")
	}
	if e := l.Edits(2, 2)[0]; e.Live != at(9) {
		t.Errorf("%+v", e)
	}
}

func TestANackIsCounted(t *testing.T) {
	var l Log
	l.Begin(Edit{}, 0, 0)
	l.Sent("a", "1", "x", "1", false, at(1))
	l.Sent("a", "1", "x", "2", false, at(1))
	l.Answered("a", "1", "x", "1", true, at(2))
	l.Answered("a", "1", "x", "2", false, at(3))
	if e := l.Edits(1, 0)[0]; e.Refused != 1 || !e.Answers[0].Refused || e.Answers[1].Acked != at(3) {
		t.Errorf("%+v", e)
	}
}

// What was refused and is sent again has one answer, which is the last one.
func TestTriesAreOneAnswer(t *testing.T) {
	var l Log
	l.Begin(Edit{}, 0, 0)
	l.Sent("a", "1", "x", "1", false, at(1))
	l.Answered("a", "1", "x", "1", true, at(2))
	for _, nonce := range []string{"2", "3"} {
		l.Sent("a", "1", "x", nonce, true, at(3))
		l.Answered("a", "1", "x", nonce, true, at(4))
	}
	if e := l.Edits(1, 0)[0]; e.Refused != 1 || len(e.Answers) != 1 || !e.Answers[0].Refused || e.Answers[0].Tries != 3 {
		t.Errorf("%+v", e)
	}
	l.Sent("a", "1", "x", "4", true, at(5))
	l.Answered("a", "1", "x", "4", false, at(6))
	if e := l.Edits(1, 1)[0]; e.Refused != 0 || len(e.Answers) != 1 || e.Answers[0].Refused || e.Answers[0].Acked != at(6) || e.Answers[0].Tries != 4 {
		t.Errorf("%+v", e)
	}
}

// An answer belongs to the edit that it was sent for, also after a newer one, and an edit
// that was replaced does not become live.
func TestALateAnswer(t *testing.T) {
	var l Log
	l.Begin(Edit{Version: "1"}, 0, 0)
	l.Sent("a", "1", "x", "1", false, at(1))
	l.Begin(Edit{Version: "2"}, 3, 1)
	l.Begin(Edit{Version: "2", Error: "broken"}, 0, 0)
	l.Answered("a", "1", "x", "1", false, at(2))
	if _, first := l.Live("1", at(3)); first {
		t.Error("an edit that is over has become live")
	}
	if _, first := l.Live("2", at(3)); !first {
		t.Error("the edit that is served has not become live, for a later one that is not served")
	}
	e := l.Edits(3, 3)
	if !e[0].Over || e[0].Running != 1 || e[0].Answers[0].Acked != at(2) || e[1].Over || e[1].Running != 3 || e[2].Running != 0 {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	var l Log
	for range maxEdits + 5 {
		l.Begin(Edit{}, 0, 0)
	}
	for i := range maxAnswers + 5 {
		l.Sent("a", time.Duration(i).String(), "x", "1", false, at(1))
	}
	e := l.Edits(0, 0)
	if len(e) != maxEdits || len(e[maxEdits-1].Answers) != maxAnswers {
		t.Errorf("%d edits, %d answers", len(e), len(e[maxEdits-1].Answers))
	}
	for i := range maxAnswers + 5 {
		l.Gone("a", time.Duration(i).String())
	}
	if len(l.open) != 0 || len(l.of) != 0 {
		t.Errorf("%d open", len(l.open))
	}
	l.Answered("a", "1", "x", "1", false, at(2)) // nothing was sent: nothing happens
}
