//go:build torture

package torture

import (
	"fmt"
	"sync"
	"time"
)

// settle is how long after a claim an answer may still be older: an Envoy acknowledges on its
// main thread what its workers take in a moment later, and the machine may be busy.
const settle = time.Second

// judge knows every state of the files, and from which one on each Envoy must show them.
//
// An answer must belong, part by part, to states between the low one of its Envoy and the
// present one. The low one rises when status says that this Envoy runs a version, and it
// falls when the server starts over broken files and serves what it kept.
type judge struct {
	log *events

	mu       sync.Mutex
	states   []*state
	changes  int  // counts the changes of the files, begun and ended ones
	writing  bool // a change has begun and not ended
	versions map[string]*state
	fleet    [2]watched
	lowered  time.Time
	started  time.Time // the server
	starting bool      // it has not answered since then
	kept     int       // the state that it then would serve over broken files

	noted  int           // see bypassed
	latest time.Duration // after a claim, of an answer that was older
}

// watched is one Envoy.
type watched struct {
	low     int
	claims  []claim
	proved  time.Time // when status last said that it runs what is served
	frozen  bool
	thawed  time.Time
	down    bool // from before it is killed until the next one has answered
	ups     int  // counts its starts
	fragile bool // it started while Envoys refuse a filter, and may have nothing in its place
}

// claim is that an Envoy ran a state at a time.
type claim struct {
	n  int
	at time.Time
}

func newJudge(log *events) *judge { return &judge{log: log, versions: map[string]*state{}} }

// begin takes in a change of the files before anybody can see it.
func (j *judge) begin(what string, c content) *state {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := &state{content: c, n: len(j.states), what: what}
	j.states = append(j.states, s)
	j.changes++
	j.writing = true
	if j.starting {
		j.lower()
	}
	for i := range j.fleet {
		j.fleet[i].fragile = j.fleet[i].fragile || j.fleet[i].down && s.refusedByEnvoys()
	}
	return s
}

// done takes in that the files are as the latest state says.
func (j *judge) done() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.changes++
	j.writing = false
}

func (j *judge) now() *state {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.states[len(j.states)-1]
}

// serverStarts takes in that a server starts that has kept the state n.
func (j *judge) serverStarts(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.started, j.starting, j.kept = time.Now(), true, n
	if j.writing || !j.states[len(j.states)-1].valid() {
		j.lower()
	}
}

func (j *judge) lower() {
	j.lowered = time.Now()
	for i := range j.fleet {
		j.fleet[i].low, j.fleet[i].claims = min(j.fleet[i].low, j.kept), nil
	}
}

// freeze and thaw take in that an Envoy is stopped and goes on.
func (j *judge) freeze(e int, frozen bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fleet[e].frozen = frozen
	j.fleet[e].thawed = time.Now()
}

// kill takes in that an Envoy ends; the next one is there once it answers.
func (j *judge) kill(e int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.fleet[e]
	w.down, w.fragile = true, j.states[len(j.states)-1].refusedByEnvoys()
	w.ups++
}

// lowOf is the state that an Envoy must show at the least. The caller holds j.mu.
func (j *judge) lowOf(e int, now time.Time) int {
	w := &j.fleet[e]
	for len(w.claims) > 0 && !w.frozen && now.Sub(w.claims[0].at) > settle && now.Sub(w.thawed) > settle {
		w.low = max(w.low, w.claims[0].n)
		w.fragile = false
		w.claims = w.claims[1:]
	}
	return w.low
}

func (j *judge) fail(format string, args ...any) { j.log.fail(fmt.Sprintf(format, args...)) }
