package admin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestResources(t *testing.T) {
	for want, served := range map[string]func() (any, error){
		"200 {\n  \"version\": \"v\"\n}\n": func() (any, error) { return map[string]string{"version": "v"}, nil },
		"500 nothing yet\n":                func() (any, error) { return nil, errors.New("nothing yet") },
	} {
		h := Handler(Pages{Resources: served, Metrics: http.NotFoundHandler()})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/resources", http.NoBody))
		if got := strings.Fields(w.Result().Status)[0] + " " + w.Body.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
