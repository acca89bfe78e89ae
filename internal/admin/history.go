package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/live"
)

// diff answers what one config of the history would change of another.
func diff(answers func(from, to string) (live.Diff, error)) http.Handler {
	return paced(func(_ context.Context, q url.Values) (any, error) { return answers(q.Get("from"), q.Get("to")) })
}

// rollback answers when the files of a config of the history are written back.
func rollback(do func(ctx context.Context, to string) (live.RolledBack, error)) http.Handler {
	return paced(func(ctx context.Context, q url.Values) (any, error) { return do(ctx, q.Get("to")) })
}

func paced(answers func(context.Context, url.Values) (any, error)) http.Handler {
	pace := newPace()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pace.enter(w) {
			return
		}
		defer pace.leave()
		if !pace.take(r) {
			return
		}
		v, err := answers(r.Context(), r.URL.Query())
		switch {
		case err == nil:
			answerJSON(w, v)
		case errors.Is(err, live.ErrWord):
			answer(w, http.StatusBadRequest, err.Error())
		case errors.Is(err, history.ErrNone):
			answer(w, http.StatusNotFound, err.Error())
		default:
			answer(w, http.StatusConflict, err.Error())
		}
	})
}
