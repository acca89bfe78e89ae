package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/live"
)

func TestRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to string
		var fails error
		h := Handler(Pages{Metrics: http.NotFoundHandler(),
			Diff: func(from, to string) (live.Diff, error) {
				return live.Diff{From: from, To: to, Lines: []string{"all"}}, fails
			},
			Rollback: func(_ context.Context, n string) (live.RolledBack, error) {
				to = n
				return live.RolledBack{To: 3, N: 4}, fails
			}})
		ask := func(method, path string) (int, string) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, path, http.NoBody))
			return w.Code, w.Body.String()
		}
		if code, _ := ask(http.MethodGet, "/rollback?to=3"); code != http.StatusMethodNotAllowed || to != "" {
			t.Errorf("a GET: %d, rolled back to %q", code, to)
		}
		start := time.Now()
		for err, want := range map[error]int{
			nil: http.StatusOK, fmt.Errorf("x: %w", live.ErrWord): http.StatusBadRequest, fmt.Errorf("%w: 9", history.ErrNone): http.StatusNotFound,
			fmt.Errorf("%w: full", live.ErrRefused): http.StatusConflict, errors.New("stopping"): http.StatusConflict,
		} {
			fails = err
			for method, path := range map[string]string{http.MethodPost: "/rollback?to=3", http.MethodGet: "/diff?from=1&to=file"} {
				code, body := ask(method, path)
				if code != want || err != nil && body != err.Error()+"\n" || to != "3" && method == http.MethodPost {
					t.Errorf("%v, %s: %d %s", err, path, code, body)
				}
				if err == nil && !strings.Contains(body, `"n": 4`) && !strings.Contains(body, `"to": "file"`) {
					t.Errorf("%s: %s", path, body)
				}
			}
		}
		if took := time.Since(start); took < 4*paceTime {
			t.Errorf("five of each are answered in %s", took)
		}
		synctest.Wait()
		time.Sleep(paceTime)
	})
}
