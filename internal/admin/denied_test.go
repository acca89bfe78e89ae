package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// The page names certificates, and whom clients keeps out, in words of which some are a client's.
func TestDenied(t *testing.T) {
	s := live.Status{
		Nodes:  []xds.Node{{ID: "a", Names: []string{"a.example", "spiffe://example/<i>"}}},
		Denied: []xds.Denial{{Node: "<b>x</b>", Address: "10.0.0.1:2", Error: "no name <fits>", Times: 2, Kept: true}},
	}
	w := httptest.NewRecorder()
	page(func() live.Status { return s })(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	for _, want := range []string{
		"<code>a.example</code>, <code>spiffe://example/&lt;i&gt;</code>",
		"&lt;b&gt;x&lt;/b&gt; at 10.0.0.1:2: no name &lt;fits&gt; (2 times); it runs what it was sent before",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
}
