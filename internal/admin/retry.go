package admin

import (
	"context"
	"net/http"

	"github.com/livefilter/livefilter/internal/live"
)

// retry answers when what was refused has been tried again.
func retry(again func(ctx context.Context, reason string) (live.Retried, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done, err := again(r.Context(), "asked on the admin address")
		if err != nil {
			answer(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		answerJSON(w, done)
	})
}
