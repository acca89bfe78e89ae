package admin

import "net/http"

// resources answers with what served returns.
func resources(served func() (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r, err := served()
		if err != nil {
			answer(w, http.StatusInternalServerError, err.Error())
			return
		}
		answerJSON(w, r)
	})
}
