package admin

import (
	"net/http"
	"time"
)

const (
	// paceTime is the time between two answers to one path. An answer to POST /plan says whether a content
	// that was sent is the one that is served: guesses take as long. One to /diff or /rollback builds two configs.
	paceTime = time.Second
	// maxWaiting is how many may wait for each; the others are told to come again.
	maxWaiting = 8
)

// pace has what costs much, or may be a guess, answered once a while, whoever asks.
type pace struct{ waiting, turn chan struct{} }

func newPace() *pace { return &pace{make(chan struct{}, maxWaiting), make(chan struct{}, 1)} }

// enter says whether r may wait; then leave follows. Otherwise it has been answered.
func (p *pace) enter(w http.ResponseWriter) bool {
	select {
	case p.waiting <- struct{}{}:
		return true
	default:
		w.Header().Set("Retry-After", "1")
		answer(w, http.StatusTooManyRequests, "too many ask for this: one a second is answered")
		return false
	}
}

func (p *pace) leave() { <-p.waiting }

// take returns when it is the turn of r, or false where its client has gone.
func (p *pace) take(r *http.Request) bool {
	select {
	case p.turn <- struct{}{}:
		time.AfterFunc(paceTime, func() { <-p.turn })
		return true
	case <-r.Context().Done():
		return false
	}
}
