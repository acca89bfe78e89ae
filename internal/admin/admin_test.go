package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/page"
)

func TestReadiness(t *testing.T) {
	var s live.Status
	pages := Handler(Pages{Page: page.New(func() page.View { return page.View{} }), Status: func() live.Status { return s }, Edits: func() any { return nil }, Metrics: http.NotFoundHandler()})
	for _, tt := range []struct {
		version, err string
		code         int
	}{{"", "", http.StatusServiceUnavailable}, {"v1", "", http.StatusOK}, {"v1", "broken", http.StatusOK}} {
		s = live.Status{Version: tt.version}
		if tt.err != "" {
			s.Error = &tt.err
		}
		w := httptest.NewRecorder()
		Guard(Access{}, pages).ServeHTTP(w, from(t, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:1", "127.0.0.1:2"))
		if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.err) {
			t.Errorf("%+v: %d %s", tt, w.Code, w.Body)
		}
	}
}
