//go:build torture

package torture

import (
	"fmt"
	"net/http"
	"time"
)

// ticket is what is known when a request begins.
type ticket struct {
	envoy int
	at    time.Time
	low   int // what its Envoy must show
	ups   int
	down  bool
}

// asks is called before a request, and before a connection.
func (j *judge) asks(e int) ticket {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Now()
	w := &j.fleet[e]
	return ticket{e, now, j.lowOf(e, now), w.ups, w.down}
}

// lost judges a request that failed: without an answer, or with a status other than 200.
// conn is the ticket of its connection.
func (j *judge) lost(t, conn ticket, status int, err error) {
	j.mu.Lock()
	w := &j.fleet[t.envoy]
	window := j.states[min(t.low, conn.low, w.low):]
	cause := ""
	switch {
	case t.down || w.down || w.ups != t.ups:
		cause = "its Envoy was killed"
	case status == http.StatusTooManyRequests && some(window, (*state).risky) &&
		some(window, func(s *state) bool { return s.valid() && !s.config.moved() }):
		cause = "429 while the retries came or went"
	case status == http.StatusServiceUnavailable && t.envoy == sotw && w.proved.Before(j.started):
		cause = "503 from a state-of-the-world Envoy: the restarted server knows its clusters only if it kept them"
	case status == http.StatusForbidden && w.fragile:
		cause = "403 from an Envoy that started while its filter is refused"
	}
	j.mu.Unlock()
	if cause == "" {
		j.fail("%s lost a request of %s: status %d, %v", nodeIDs[t.envoy], ago(t.at), status, err)
		return
	}
	j.log.count("lost: " + cause)
}

// answered judges an answer with status 200.
func (j *judge) answered(t, conn ticket, a seen) {
	j.mu.Lock()
	j.log.count("answered: " + nodeIDs[t.envoy])
	if w := &j.fleet[t.envoy]; w.down && w.ups == t.ups {
		w.down = false
	}
	low, wrong := min(t.low, j.fleet[t.envoy].low), ""
	if conn.low < low && j.reshaped(conn.low) {
		low = conn.low // its connection may have a listener from then
	}
	window := j.states[low:]
	for _, part := range parts {
		if some(window, func(s *state) bool { return s.valid() && s.shows(part, a) }) {
			continue
		}
		if part != "module" && part != "upstream" && a.header[part] == own && moves(window) {
			j.log.count("went past a filter that moved, on " + conn.age(t))
			j.bypassed(t, conn, window)
			continue
		}
		wrong += fmt.Sprintf(" %s %q,", part, a.part(part))
	}
	if wrong == "" {
		j.late(t, conn, a)
	}
	j.mu.Unlock()
	if wrong != "" {
		j.fail("%s answered a request of %s with%s which no valid state from %s to %s says (connection of %s)",
			nodeIDs[t.envoy], ago(t.at), wrong, window[0], window[len(window)-1], ago(conn.at))
	}
}

// late notes how long after a claim an answer was older than that. The caller holds j.mu.
func (j *judge) late(t, conn ticket, a seen) {
	for _, c := range j.fleet[t.envoy].claims {
		if after := t.at.Sub(c.at); after > j.latest && conn.at == t.at && !moves(j.states[c.n:]) {
			for _, part := range parts {
				if !some(j.states[c.n:], func(s *state) bool { return s.valid() && s.shows(part, a) }) {
					j.latest = after
				}
			}
		}
	}
}

// bypassed notes the first new connection on which a request went past a filter that moved, for
// each state of the files. The caller holds j.mu.
func (j *judge) bypassed(t, conn ticket, window []*state) {
	if last := window[len(window)-1]; conn.at == t.at && j.noted != last.n {
		j.noted = last.n
		j.log.add("past a moved filter on a new connection:", "%s, between %s and %s", nodeIDs[t.envoy], window[0], last)
	}
}

// reshaped says whether listeners have changed since a state. The caller holds j.mu.
func (j *judge) reshaped(since int) bool {
	first := j.states[since].config.shape()
	return some(j.states[since:], func(s *state) bool { return s.valid() && s.config.shape() != first })
}

// moves says whether the agent ran in both chains.
func moves(window []*state) bool {
	in := func(chain bool) bool {
		return some(window, func(s *state) bool { return s.valid() && s.config.agent != nil && s.config.moved() == chain })
	}
	return in(true) && in(false)
}

func some(states []*state, ok func(*state) bool) bool {
	for _, s := range states {
		if ok(s) {
			return true
		}
	}
	return false
}

func (t ticket) age(request ticket) string {
	if t.at == request.at {
		return "a new connection"
	}
	return "an open connection"
}

func ago(t time.Time) string { return fmt.Sprintf("%d ms ago", time.Since(t).Milliseconds()) }
