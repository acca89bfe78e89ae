package admin

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/livefilter/livefilter/internal/plan"
)

const (
	// planPace is the time between two answers to POST /plan. An answer says whether a content that
	// was sent is the one that is served: guesses take as long.
	planPace = time.Second
	// maxPlan is how many bytes of resources are read: long contents are sent as digests.
	maxPlan = 16 << 20
	// maxPlans is how many may wait.
	maxPlans = 8
)

// planned answers what becomes of what is served where the resources that are sent take its place.
func planned(answers func(plan.Resources) (plan.Answer, error)) http.Handler {
	waiting, turn := make(chan struct{}, maxPlans), make(chan struct{}, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case waiting <- struct{}{}:
			defer func() { <-waiting }()
		default:
			w.Header().Set("Retry-After", "1")
			answer(w, http.StatusTooManyRequests, "too many ask for plans: one a second is answered")
			return
		}
		var is plan.Resources
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPlan)).Decode(&is); err != nil {
			answer(w, http.StatusBadRequest, "must be resources as `xds-server plan` sends them")
			return
		}
		select {
		case turn <- struct{}{}:
			time.AfterFunc(planPace, func() { <-turn })
		case <-r.Context().Done():
			return
		}
		a, err := answers(is)
		if err != nil {
			answer(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		answerJSON(w, a)
	})
}
