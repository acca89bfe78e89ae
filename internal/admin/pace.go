package admin

import (
	"net/http"
	"time"
)

// pace has what costs much, or may be a guess, answered once a while, whoever asks.
type pace struct {
	every         time.Duration
	waiting, turn chan struct{}
}

// newPace has so many wait at a time, the others are told to come again.
func newPace(every time.Duration, waiting int) *pace {
	return &pace{every, make(chan struct{}, waiting), make(chan struct{}, 1)}
}

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
		time.AfterFunc(p.every, func() { <-p.turn })
		return true
	case <-r.Context().Done():
		return false
	}
}
