package xds

import (
	"slices"
	"time"
)

// state is where one Envoy stands with one resource.
//
//	          put        drop       ACK                NACK     silence
//	absent    sent       -          -                  -        -
//	sent      sent       dropping   held               nacked   nacked
//	held      sent       dropping   -                  -        -
//	nacked    sent/      dropping   held, after        -        -
//	          restoring             silence
//	restoring -          dropping   restored           nacked   nacked
//	restored  sent       dropping   -                  -        -
//	dropping  sent       -          absent/restored    held/    -
//	                                                   absent/restored
//
// A NACK of a removal leaves what the Envoy has; where that is nothing, it is absent, or
// restored if that was to take back what it refused. An answer is about one response; the
// state changes only if that was the last one that had the resource.
type state int

const (
	absent    state = iota // it has none and was sent none
	sent                   // it was sent one and has not answered
	held                   // it accepted what it was sent last
	nacked                 // it refused what it was sent last, or was silent for too long
	restoring              // after that it was sent what it had before
	restored               // and accepted that
	dropping               // it was told to drop it
)

var stateNames = [...]string{"absent", "sent", "held", "nacked", "restoring", "restored", "dropping"}

func (s state) String() string { return stateNames[s] }

// copied is a resource that an Envoy holds or is offered.
type copied struct {
	version  string
	resource *resource // nil: the Envoy says that it has this version, and nobody here knows it
}

// needs says whether c, which may be nil, is known to name another resource.
func (c *copied) needs(ref Ref) bool {
	return c != nil && c.resource != nil && slices.Contains(c.resource.needs, ref)
}

// refusal is the reason why an Envoy does not hold a resource that it should hold.
type refusal struct {
	version string    // that it refused; "": it refused to drop the resource
	words   string    // Envoy's
	silent  bool      // it did not answer; words are ours
	since   time.Time // of a silent one: when it could have answered first
	batch   bool      // the response had other resources too: it may have been one of these
	tries   int       // how often it refused this version
	at      time.Time
	due     bool // to be tried again at once
	asked   bool // by somebody who waits for the answer
	stuck   bool // what it had before could not be restored
}

// entry is the one record of a resource on a stream.
type entry struct {
	state   state
	held    *copied   // accepted last; nil: nothing
	offer   *copied   // in the response that is not answered; nil: to drop it
	nonce   string    // of that response
	refusal *refusal  // of the last version that it refused, until it accepts one that is wanted
	since   time.Time // of the state
	vm      uint32    // variation of its VM
	trial   bool      // it is there only so that Envoy asks for another
	left    []left    // held before, not long ago
}

// answers says whether an Envoy owes an answer about the resource.
func (e *entry) answers() bool { return e.state == sent || e.state == restoring || e.state == dropping }

// clean says whether Envoy holds the resource, goes on to, and holds nothing that it refused in
// its place: a listener that names a filter whose last config Envoy refused is refused as
// well (1.40).
func (e *entry) clean() bool {
	return e != nil && e.held != nil && e.state != nacked && e.state != restoring && e.state != dropping
}

// empty says whether the Envoy neither has the resource nor was offered it.
func (e *entry) empty() bool { return e.held == nil && (e.state == absent || e.state == restored) }

// stays says whether the Envoy refused to drop the resource.
func (e *entry) stays() bool { return e.state == held && e.refusal != nil && e.refusal.version == "" }

func (e *entry) become(s state, now time.Time) { e.state, e.since = s, now }

// put records that the response with the nonce offers c; restore says whether the Envoy had c before.
func (e *entry) put(c *copied, restore bool, nonce string, now time.Time) {
	e.offer, e.nonce = c, nonce
	switch {
	case restore:
		e.become(restoring, now)
	default:
		e.become(sent, now)
	}
}

// drop records that the response with the nonce tells the Envoy to drop the resource.
func (e *entry) drop(nonce string, now time.Time) {
	e.offer, e.nonce = nil, nonce
	e.become(dropping, now)
}

// accept handles an ACK of the response with the nonce, which offered c; c is nil where it was to
// drop the resource.
func (e *entry) accept(c *copied, nonce string, now time.Time) {
	e.leaves(c, now)
	if nonce != e.nonce { // it was overtaken by another response
		if e.answers() {
			e.held = c
		}
		return
	}
	e.held, e.offer = c, nil
	switch {
	case e.state == restoring, e.state == dropping && e.refusal != nil && e.refusal.version != "":
		e.become(restored, now)
	case c == nil:
		e.become(absent, now)
	default:
		e.refusal = nil
		e.become(held, now)
	}
}

// refuse handles a NACK of the response with the nonce. again is whether this version was
// refused before.
func (e *entry) refuse(r refusal, nonce string, now time.Time) (again bool) {
	if nonce != e.nonce || !e.answers() {
		return true
	}
	if e.state == dropping {
		e.keep(r, now)
		return true
	}
	if e.refusal != nil && e.refusal.version == r.version {
		r.tries, again = e.refusal.tries, !e.refusal.silent
		if e.refusal.silent {
			r.since = e.refusal.since
		}
	}
	if e.state == restoring { // what it refused before is still what is wrong
		r, again = *e.refusal, true
		r.stuck = true
		r.tries--
	}
	r.tries++
	r.at = now
	e.refusal, e.offer = &r, nil
	e.become(nacked, now)
	return again
}

// keep handles a NACK of the response that was to drop the resource.
func (e *entry) keep(r refusal, now time.Time) {
	switch {
	case e.held == nil && e.refusal == nil:
		e.become(absent, now)
	case e.held == nil:
		e.become(restored, now)
	default:
		if e.refusal != nil && e.refusal.version == "" {
			r.tries = e.refusal.tries
		}
		r.tries++
		r.version, r.at = "", now
		r.batch = r.batch && r.tries == 1
		e.refusal = &r
		e.become(held, now)
	}
}
