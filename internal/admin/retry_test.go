package admin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
)

func TestRetry(t *testing.T) {
	for name, tt := range map[string]struct {
		method, want string
		err          error
		tried        bool
	}{
		"done":     {http.MethodPost, `200 {"version":"v","error":null,"envoys":2}`, nil, true},
		"stopping": {http.MethodPost, "503 the server is stopping", errors.New("the server is stopping"), true},
		"a GET":    {http.MethodGet, "405", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			tried := false
			h := Handler(Pages{Metrics: http.NotFoundHandler(), Retry: func(context.Context, string) (live.Retried, error) {
				tried = true
				return live.Retried{Version: "v", Envoys: 2}, tt.err
			}})
			r := httptest.NewRequest(tt.method, "/retry", http.NoBody)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			got := strings.Fields(w.Result().Status)[0] + " " + strings.Join(strings.Fields(w.Body.String()), " ")
			got = strings.NewReplacer("{ ", "{", " }", "}", ": ", ":", ", ", ",").Replace(got)
			if !strings.HasPrefix(got, tt.want) || tried != tt.tried {
				t.Errorf("got %q, tried: %v", got, tried)
			}
		})
	}
}
