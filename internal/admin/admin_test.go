package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

func TestPage(t *testing.T) {
	words := "<script>Unable to create Wasm plugin"
	s := live.Status{Version: "v1", Error: &words, Warnings: []string{"the <b>certificate</b> ends"}, Unhealthy: []string{"<b>edge</b>: 4 of 4 failed"}, Nodes: []xds.Node{{ID: "<b>edge</b>", Traffic: &figures.Traffic{Requests: 4, Failed: 4, Problems: []string{"4 of 4 failed <here>", "and more"}}, Resources: []xds.TypeStatus{
		{TypeURL: "type.googleapis.com/x.Listener", Sent: "s1", Acked: "a1", Error: &words, Source: "f.yaml:3:9: listener.port"},
	}}}}
	pages := Handler(Pages{Status: func() live.Status { return s }, Edits: func() any { return nil }, Metrics: http.NotFoundHandler()})
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	body := w.Body.String()
	for _, want := range []string{"not live", "&lt;b&gt;edge", "<td>Listener", "s1", "a1", "f.yaml:3:9: listener.port", "&lt;script&gt;Unable", "the &lt;b&gt;certificate", "&lt;b&gt;edge&lt;/b&gt;: 4 of 4", `<p class="no">4 of 4 failed &lt;here&gt;<br>and more</p>`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if strings.Contains(body, "<script>") {
		t.Error("Envoy's words are not escaped")
	}
}

func TestReadiness(t *testing.T) {
	var s live.Status
	pages := Handler(Pages{Status: func() live.Status { return s }, Edits: func() any { return nil }, Metrics: http.NotFoundHandler()})
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
