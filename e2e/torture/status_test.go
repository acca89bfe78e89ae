//go:build torture

package torture

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/livefilter/livefilter/internal/live"
)

// sampleEvery is how often status is compared with the files, and with traffic.
const sampleEvery = 200 * time.Millisecond

// nodeIDs of the Envoys. One takes the state of the world, the other what changed.
var nodeIDs = [2]string{"edge-1", "edge-2"}

const sotw = 1

// sampling asks for the status until ctx is done.
func (r *rig) sampling(ctx context.Context) {
	for tick := time.NewTicker(sampleEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		began, before := time.Now(), r.judge.seq()
		st, err := r.status(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			r.log.count("status: no answer")
		default:
			r.judge.sampled(st, began, before)
			r.log.count("status: answers")
		}
	}
}

func (r *rig) status(ctx context.Context) (st live.Status, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+adminAddress+"/status", http.NoBody)
	if err != nil {
		return st, err
	}
	resp, err := r.statusClient.Do(req)
	if err != nil {
		return st, err
	}
	defer resp.Body.Close()
	return st, json.NewDecoder(resp.Body).Decode(&st)
}

// seq is odd while the files change.
func (j *judge) seq() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changes
}

// sampled judges a status that was asked for after began, when the files had seen so many
// changes, and takes in what it claims.
func (j *judge) sampled(st live.Status, began time.Time, changes int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if began.Before(j.started) {
		return
	}
	j.starting = false
	s := j.states[len(j.states)-1]
	if changes%2 == 0 && j.changes == changes { // it is about this state
		j.compare(st, s)
	}
	ran := j.versions[st.Version]
	if ran == nil || began.Before(j.lowered) {
		return
	}
	for _, n := range st.Nodes {
		for e, id := range nodeIDs {
			if n.ID == id && n.Left.IsZero() && n.Live {
				j.fleet[e].proved = time.Now()
				j.fleet[e].claims = append(j.fleet[e].claims, claim{ran.n, time.Now()})
			}
		}
	}
}

// compare judges a status beside the state that it is about. The caller holds j.mu.
func (j *judge) compare(st live.Status, s *state) {
	known := j.versions[st.Version]
	running := map[string]bool{}
	for _, n := range st.Nodes {
		running[n.ID] = running[n.ID] || n.Left.IsZero() && n.Live
	}
	switch {
	case st.Live && (st.Error != nil || st.Pending):
		j.fail("status: live beside an error: %s", text(st.Error))
	case !s.valid() && st.Error == nil:
		j.fail("status: no error (live: %t), and the files are broken: %s", st.Live, s)
	case st.Live && s.refusedByEnvoys():
		j.fail("status: live, and every Envoy refuses %s", s)
	case st.Live && !(running[nodeIDs[0]] && running[nodeIDs[1]]):
		j.fail("status: live without one of two expected Envoys")
	case st.Error == nil && known != nil && !known.same(s):
		j.fail("status: version %s is of %s, and the files are %s", st.Version, known, s)
	case st.Error == nil:
		j.versions[st.Version] = s
	}
	if st.Live {
		j.log.count("status: live")
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
