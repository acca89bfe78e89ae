package admin

import (
	"encoding/json"
	"net/http"

	"github.com/livefilter/livefilter/internal/plan"
)

// maxPlan is how many bytes of resources are read: long contents are sent as digests.
const maxPlan = 16 << 20

// planned answers what becomes of what is served where the resources that are sent take its place.
func planned(answers func(plan.Resources) (plan.Answer, error)) http.Handler {
	pace := newPace()
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
