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
	pace := newPace(planPace, maxPlans)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pace.enter(w) {
			return
		}
		defer pace.leave()
		var is plan.Resources
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPlan)).Decode(&is); err != nil {
			answer(w, http.StatusBadRequest, "must be resources as `xds-server plan` sends them")
			return
		}
		if !pace.take(r) {
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
