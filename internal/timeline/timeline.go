// Package timeline keeps what became of the latest edits: from the save to the answer of
// the last Envoy, in memory.
package timeline

import (
	"sync"
	"time"
)

const (
	maxEdits   = 100
	maxAnswers = 1000 // an edit; further Envoys are counted, not listed
)

// Edit is one change of the config or of a file that it names.
type Edit struct {
	Saved time.Time `json:"saved"` // by the file's own timestamp where that is credible
	Seen  time.Time `json:"seen"`  // when the watcher noticed
	Steps []Step    `json:"steps"`
	// Error is why it was not served, "" where it was.
	Error   string    `json:"error,omitempty"`
	Version string    `json:"version,omitempty"` // of what is served since
	Set     time.Time `json:"set,omitzero"`      // when sending began
	Changed []string  `json:"changed,omitempty"` // type URLs
	// Expected is how many answers the connected Envoys owe, Got how many came, Refused how
	// many of these were refusals.
	Expected int `json:"expected"`
	Got      int `json:"got"`
	Refused  int `json:"refused"`
	// Live is when the last expected answer came, if none was a refusal.
	Live    time.Time `json:"live,omitzero"`
	Answers []*Answer `json:"answers,omitempty"`
}

// Step is a part of the work between seen and set.
type Step struct {
	Name string        `json:"name"`
	Took time.Duration `json:"took_ns"`
}

// Answer is how one Envoy took one resource type.
type Answer struct {
	Node    string    `json:"node"`
	Address string    `json:"address"`
	TypeURL string    `json:"type_url"`
	Sent    time.Time `json:"sent"`
	Acked   time.Time `json:"acked,omitzero"`
	Refused bool      `json:"refused,omitempty"`
}

type key struct{ node, address, typeURL string }

type pending struct {
	edit   *Edit
	answer *Answer
}

// Log is safe for concurrent use. The zero value is empty.
type Log struct {
	mu    sync.Mutex
	edits []*Edit // the oldest first
	open  map[key]pending
}

// Begin records an edit before it is served: what is sent from now on is its doing. An edit
// that is refused is recorded too, with its Error.
func (l *Log) Begin(e Edit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.edits = append(l.edits, &e)
	if len(l.edits) > maxEdits {
		l.edits = append([]*Edit(nil), l.edits[1:]...)
	}
}

// Sent records that an Envoy was sent a type that it ran another version of before.
func (l *Log) Sent(node, address, typeURL string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.edits) == 0 {
		return
	}
	e := l.edits[len(l.edits)-1]
	a := &Answer{Node: node, Address: address, TypeURL: typeURL, Sent: now}
	if len(e.Answers) < maxAnswers {
		e.Answers = append(e.Answers, a)
	}
	if l.open == nil {
		l.open = map[key]pending{}
	}
	l.open[key{node, address, typeURL}] = pending{e, a}
}

// Answered records an Envoy's answer to what it was sent last. live says that it was the
// last one that its edit waited for, and took how long that edit was on its way.
func (l *Log) Answered(node, address, typeURL string, refused bool, now time.Time) (took time.Duration, live bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := key{node, address, typeURL}
	p, ok := l.open[k]
	if !ok {
		return 0, false
	}
	delete(l.open, k)
	p.edit.Got++
	if refused {
		p.answer.Refused = true
		p.edit.Refused++
		return 0, false
	}
	p.answer.Acked = now
	if p.edit.Got != p.edit.Expected || p.edit.Refused > 0 {
		return 0, false
	}
	p.edit.Live = now
	return now.Sub(p.edit.Saved), true
}

// Gone forgets what a disconnected Envoy has not answered.
func (l *Log) Gone(node, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.open {
		if k.node == node && k.address == address {
			delete(l.open, k)
		}
	}
}

// Edits returns copies of the latest edits, the oldest first.
func (l *Log) Edits() []Edit {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Edit, len(l.edits))
	for i, e := range l.edits {
		out[i] = *e
		out[i].Answers = make([]*Answer, len(e.Answers))
		for j, a := range e.Answers {
			answer := *a
			out[i].Answers[j] = &answer
		}
	}
	return out
}
