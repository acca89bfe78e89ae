// Package timeline keeps what became of the latest edits: from the save to the answer of
// the last Envoy, in memory.
package timeline

import (
	"slices"
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
	Steps []Step    `json:"steps"` // what was done between Seen and Set
	// Error is why the edit was not served; "" where it was.
	Error   string    `json:"error,omitempty"`
	Version string    `json:"version,omitempty"` // what is served since
	N       int       `json:"n,omitempty"`       // the config's number in the history; absent where it was not served
	Was     int       `json:"was,omitempty"`     // the number of the config before it
	From    string    `json:"from,omitempty"`    // what it came from: edit, start, or "rollback of N"
	Changes []string  `json:"changes,omitempty"` // what it changed, in the words of plan
	Set     time.Time `json:"set,omitzero"`      // when sending began
	Changed []string  `json:"changed,omitempty"` // the type URLs of the resources that changed
	// Refused is how many answers are NACKs.
	Refused int `json:"refused"`
	// Envoys is how many Envoys count: now, or when the next edit came.
	Envoys int `json:"envoys"`
	// Running is how many of these ran it.
	Running int `json:"running"`
	// Over: another edit has come since.
	Over bool `json:"over,omitempty"`
	// Live is when every Envoy that counts ran it for the first time.
	Live time.Time `json:"live,omitzero"`
	// Answers are those of the Envoys, at most 1000.
	Answers []*Answer `json:"answers,omitempty"`
}

// Step is a part of the work between seen and set.
type Step struct {
	Name string        `json:"name"`    // what was done
	Took time.Duration `json:"took_ns"` // how long that took, in nanoseconds
}

// Answer is what one Envoy answered for one resource type.
type Answer struct {
	Node    string    `json:"node"`              // its node.id
	Address string    `json:"address"`           // where it connects from
	TypeURL string    `json:"type_url"`          // the resource type
	Sent    time.Time `json:"sent"`              // when the resources were sent
	Acked   time.Time `json:"acked,omitzero"`    // when it acknowledged them
	Refused bool      `json:"refused,omitempty"` // it sent a NACK
	// Tries is how often it was sent, where that is more than once.
	Tries int `json:"tries,omitempty"`
}

type key struct{ node, address, typeURL, nonce string }

// Log is safe for concurrent use. The zero value is empty.
type Log struct {
	mu    sync.Mutex
	edits []*Edit         // the oldest first
	open  map[key]*Answer // not answered
	of    map[*Answer]*Edit
}

// Begin records an edit before it is served: what is sent from now on is its doing. An edit
// that is refused is recorded too, with its Error, and changes nothing for the one that is
// served. envoys and running count the Envoys for that one, which is over now.
func (l *Log) Begin(e Edit, envoys, running int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Error == "" {
		if before := l.served(); before != nil {
			before.Envoys, before.Running, before.Over = envoys, running, true
		}
	}
	l.edits = append(l.edits, &e)
	if len(l.edits) > maxEdits {
		l.edits = append([]*Edit(nil), l.edits[1:]...)
	}
}

// served is the edit that is served, nil if it is none of the latest.
func (l *Log) served() *Edit {
	for i := len(l.edits) - 1; i >= 0; i-- {
		if l.edits[i].Error == "" {
			return l.edits[i]
		}
	}
	return nil
}

// Sent records a response with a nonce to an Envoy that ran something else before. again is
// whether the Envoy refused it before: then its answer is one with the earlier one.
func (l *Log) Sent(node, address, typeURL, nonce string, again bool, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.served()
	if e == nil {
		return
	}
	var a *Answer
	if again {
		a = e.refused(node, address, typeURL)
	}
	switch {
	case a != nil:
		a.Tries = max(a.Tries, 1) + 1
	case len(e.Answers) >= maxAnswers:
		return
	default:
		a = &Answer{Node: node, Address: address, TypeURL: typeURL, Sent: now}
		e.Answers = append(e.Answers, a)
	}
	if l.open == nil {
		l.open, l.of = map[key]*Answer{}, map[*Answer]*Edit{}
	}
	l.open[key{node, address, typeURL, nonce}] = a
	l.of[a] = e
}

// refused is the latest answer of an Envoy about a type that is a NACK, or nil.
func (e *Edit) refused(node, address, typeURL string) *Answer {
	for _, a := range slices.Backward(e.Answers) {
		if a.Refused && a.Node == node && a.Address == address && a.TypeURL == typeURL {
			return a
		}
	}
	return nil
}

// Answered records an Envoy's answer to a response.
func (l *Log) Answered(node, address, typeURL, nonce string, refused bool, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := key{node, address, typeURL, nonce}
	a := l.open[k]
	if a == nil {
		return
	}
	switch {
	case !refused:
		a.Acked = now
		if a.Refused { // and then it was sent again
			a.Refused = false
			l.of[a].Refused--
		}
	case !a.Refused:
		a.Refused = true
		l.of[a].Refused++
	}
	delete(l.open, k)
	delete(l.of, a)
}

// Live records that the version is live, which is served since the last edit. first is
// whether that edit has become live with it, and took how long it was on its way.
func (l *Log) Live(version string, now time.Time) (took time.Duration, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.served()
	if e == nil || e.Version != version || !e.Live.IsZero() {
		return 0, false
	}
	e.Live = now
	return now.Sub(e.Saved), true
}

// Gone forgets what a disconnected Envoy has not answered.
func (l *Log) Gone(node, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, a := range l.open {
		if k.node == node && k.address == address {
			delete(l.open, k)
			delete(l.of, a)
		}
	}
}

// Edits returns copies of the latest edits, the oldest first. envoys and running count the
// Envoys now, which is for the one that is served.
func (l *Log) Edits(envoys, running int) []Edit {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.brief(envoys, running)
	for i, e := range l.edits {
		out[i].Answers = make([]*Answer, len(e.Answers))
		for j, a := range e.Answers {
			answer := *a
			out[i].Answers[j] = &answer
		}
	}
	return out
}

// Brief returns what Edits does, without answers.
func (l *Log) Brief(envoys, running int) []Edit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.brief(envoys, running)
}

func (l *Log) brief(envoys, running int) []Edit {
	if e := l.served(); e != nil {
		e.Envoys, e.Running = envoys, running
	}
	out := make([]Edit, len(l.edits))
	for i, e := range l.edits {
		out[i] = *e
		out[i].Answers = nil
	}
	return out
}
