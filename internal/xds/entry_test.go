package xds

import (
	"strings"
	"testing"
	"time"
)

// The states of an entry, by what happened before and what happens then. Each step is
//
//	put, restore, drop      a response is sent
//	ack, nack, silence      the answer to the latest, or none for too long
//	late-ack, late-nack     the answer to the one before
//
// A state with + holds something.
func TestEntryTransitions(t *testing.T) {
	states := map[string]string{
		"absent":     "",
		"sent":       "put",
		"sent+":      "put ack put",
		"held+":      "put ack",
		"nacked":     "put nack",
		"nacked+":    "put ack put nack",
		"restoring":  "put nack restore",
		"restoring+": "put ack put nack restore",
		"restored+":  "put ack put nack restore ack",
		"restored":   "put nack drop ack",
		"dropping":   "put drop",
		"dropping+":  "put ack drop",
		"dropping-":  "put nack drop", // what it refused is taken back
	}
	table := []struct{ state, step, want string }{
		{"absent", "put", "sent"},

		{"sent", "put", "sent"}, {"sent", "drop", "dropping"},
		{"sent", "ack", "held+"}, {"sent", "nack", "nacked"}, {"sent", "silence", "nacked"},
		{"sent+", "put", "sent+"}, {"sent+", "drop", "dropping+"},
		{"sent+", "ack", "held+"}, {"sent+", "nack", "nacked+"}, {"sent+", "silence", "nacked+"},
		{"sent+", "late-ack", "sent+"}, {"sent+", "late-nack", "sent+"},

		{"held+", "put", "sent+"}, {"held+", "drop", "dropping+"},
		{"held+", "late-ack", "held+"}, {"held+", "late-nack", "held+"},

		{"nacked", "put", "sent"}, {"nacked", "restore", "restoring"}, {"nacked", "drop", "dropping"},
		{"nacked+", "put", "sent+"}, {"nacked+", "restore", "restoring+"}, {"nacked+", "drop", "dropping+"},
		{"nacked+", "late-ack", "nacked+"}, {"nacked+", "late-nack", "nacked+"},

		{"restoring", "put", "sent"}, {"restoring", "drop", "dropping"},
		{"restoring", "ack", "restored+"}, {"restoring", "nack", "nacked"}, {"restoring", "silence", "nacked"},
		{"restoring+", "put", "sent+"}, {"restoring+", "drop", "dropping+"},
		{"restoring+", "ack", "restored+"}, {"restoring+", "nack", "nacked+"}, {"restoring+", "silence", "nacked+"},
		{"restoring+", "late-nack", "restoring+"},

		{"restored+", "put", "sent+"}, {"restored+", "drop", "dropping+"}, {"restored", "put", "sent"},

		{"dropping", "put", "sent"}, {"dropping+", "put", "sent+"},
		{"dropping", "ack", "absent"}, {"dropping+", "ack", "absent"}, {"dropping-", "ack", "restored"},
		{"dropping", "nack", "absent"}, {"dropping+", "nack", "held+"}, {"dropping-", "nack", "restored"},
		{"dropping", "late-ack", "dropping+"}, {"dropping", "late-nack", "dropping"},
	}
	for _, row := range table {
		t.Run(row.state+"/"+row.step, func(t *testing.T) {
			x := entryScript{}
			for _, step := range strings.Fields(states[row.state]) {
				x.do(step)
			}
			if got := x.String(); got != strings.TrimSuffix(row.state, "-") {
				t.Fatalf("begins as %s", got)
			}
			if x.do(row.step); x.String() != row.want {
				t.Errorf("got %s, want %s", &x, row.want)
			}
		})
	}
}

// entryScript is an entry and the responses that it was in.
type entryScript struct {
	entry

	offers []*copied
}

func (x *entryScript) String() string {
	if x.held != nil {
		return x.state.String() + "+"
	}
	return x.state.String()
}

func (x *entryScript) do(step string) {
	now := time.Unix(int64(len(x.offers)), 0)
	of := len(x.offers) - 1
	if strings.HasPrefix(step, "late-") {
		of--
	}
	nonce := func(i int) string { return string(rune('a' + i)) }
	switch step {
	case "put", "restore":
		c := &copied{version: nonce(of + 1)}
		if step == "restore" && x.held != nil {
			c = x.held
		}
		x.offers = append(x.offers, c)
		x.put(c, step == "restore", nonce(of+1), now)
	case "drop":
		x.offers = append(x.offers, nil)
		x.drop(nonce(of+1), now)
	case "ack", "late-ack":
		x.accept(x.offers[max(of, 0)], nonce(of), now)
	default:
		r := refusal{words: "no", silent: step == "silence"}
		if c := x.offers[max(of, 0)]; c != nil {
			r.version = c.version
		}
		x.refuse(r, nonce(of), now)
	}
}

// An answer that comes after that to a later response says nothing.
func TestAnswersOutOfOrder(t *testing.T) {
	for _, steps := range []string{"put drop put", "put put", "put drop"} {
		x := entryScript{}
		for _, step := range strings.Fields(steps) {
			x.do(step)
		}
		x.do("ack")
		want := x.String()
		if x.do("late-ack"); x.String() != want {
			t.Errorf("%s: got %s, want %s", steps, &x, want)
		}
	}
}

// What a refusal remembers from one NACK to the next.
func TestRefusalsCount(t *testing.T) {
	for _, row := range []struct {
		steps string
		tries int
		stuck bool
	}{
		{"put nack", 1, false},
		{"put nack restore nack", 1, true}, // what it had is not what was wrong
		{"put nack drop nack", 1, false},
		{"put ack drop nack", 1, false},
		{"put ack drop nack drop nack", 2, false},
		{"put ack drop nack put nack", 1, false},
	} {
		x := entryScript{}
		for _, step := range strings.Fields(row.steps) {
			x.do(step)
		}
		if x.refusal == nil || x.refusal.tries != row.tries || x.refusal.stuck != row.stuck {
			t.Errorf("%s: %+v, want %d tries and stuck %t", row.steps, x.refusal, row.tries, row.stuck)
		}
	}
	x := entryScript{}
	for _, step := range strings.Fields("put nack put ack") {
		x.do(step)
	}
	if x.refusal != nil {
		t.Errorf("what was accepted is still refused: %+v", x.refusal)
	}
}
