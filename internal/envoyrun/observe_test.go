package envoyrun

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The Envoys are scripts, and the ports that they should have opened are the test's. TestEnvoy of preflight asks real ones.
func TestObserve(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		status int
		want   Outcome
	}{
		"serves":  {"exec sleep 60", http.StatusForbidden, Serves},
		"fails":   {"exec sleep 60", http.StatusServiceUnavailable, Fails},
		"refuses": {"exit 1", http.StatusOK, Refuses},
		"crashes": {"kill -SEGV $$", http.StatusOK, Crashes},
	} {
		t.Run(name, func(t *testing.T) {
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, err := io.ReadAll(r.Body); err != nil || r.Method == http.MethodPost && string(body) != "hello" {
					t.Errorf("body %q, %v", body, err)
				}
				w.WriteHeader(tt.status)
			}))
			defer upstream.Close()
			if tt.want == Refuses || tt.want == Crashes {
				upstream.Close() // its port does not open, however long it takes to end
			}
			got, err := Observe(t.Context(), fakeEnvoy(t, tt.script), "", strings.TrimPrefix(upstream.URL, "http://"))
			if err != nil || got != tt.want {
				t.Errorf("%s, %v; want %s", got, err, tt.want)
			}
		})
	}
	if _, err := Observe(t.Context(), "/no/such/envoy", "", ""); err == nil {
		t.Error("no error without an Envoy")
	}
}
