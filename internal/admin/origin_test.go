package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/page"
)

// What browsers send where a page of another origin has them ask, by tag, form, fetch or frame.
func TestForeign(t *testing.T) {
	const ok, no = http.StatusOK, http.StatusForbidden
	for _, tt := range []struct {
		line, headers string
		code          int
	}{
		{"GET /", "Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", ok}, // typed in
		{"GET /", "Sec-Fetch-Site: same-origin|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", ok},
		{"GET /status", "Sec-Fetch-Site: same-origin|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", ok},
		{"POST /retry", "Sec-Fetch-Site: same-origin|Origin: http://localhost:18001", ok},
		{"POST /retry", "Origin: http://localhost:18001", ok},
		{"GET /", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", ok}, // a link
		{"GET /status", "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", ok},
		{"GET /", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe", no},
		{"GET /", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: object", no},
		{"GET /", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate", no},
		{"GET /status", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image", no},
		{"GET /status", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script", no},
		{"GET /status", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty|Origin: http://evil.example", no},
		{"GET /status", "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty|Origin: http://localhost:3000", no},
		{"GET /healthz", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors", no},
		{"GET /status", "Sec-Fetch-Site: ", no},
		{"GET /status", "Sec-Fetch-Site: same-origin|Sec-Fetch-Site: cross-site", no},
		{"POST /retry", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|Origin: http://evil.example", no}, // a form
		{"POST /retry", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", no},
		{"OPTIONS /retry", "Sec-Fetch-Site: cross-site|Origin: http://evil.example|Access-Control-Request-Method: POST", no},
		// without Sec-Fetch-Site
		{"POST /retry", "Origin: null", no},
		{"POST /retry", "Origin: ", no},
		{"POST /retry", "Origin: http://evil.example", no},
		{"POST /retry", "Origin: http://localhost", no},
		{"POST /retry", "Origin: http://localhost:3000", no},
		{"POST /retry", "Origin: https://localhost:18001", no},
		{"POST /retry", "Origin: http://localhost:18001.evil.example", no},
		{"POST /retry", "Origin: http://localhost:18001|Origin: http://evil.example", no},
		{"GET /status", "Origin: http://evil.example", no},
		{"OPTIONS /retry", "Origin: http://evil.example|Access-Control-Request-Method: POST|Access-Control-Request-Private-Network: true", no},
	} {
		for _, authorization := range []string{"", "Authorization: Bearer " + secret + "\r\n"} {
			w := httptest.NewRecorder()
			headers := strings.ReplaceAll(tt.headers, "|", "\r\n") + "\r\n"
			guarded("health").ServeHTTP(w, from(t, tt.line+" HTTP/1.1\r\nHost: localhost:18001\r\n"+authorization+headers, "127.0.0.1:9", home))
			if w.Code != tt.code {
				t.Errorf("%s, %s: %d %s", tt.line, tt.headers, w.Code, w.Body)
			}
			for name := range w.Header() {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s, %s: the answer has %s", tt.line, tt.headers, name)
				}
			}
		}
	}
}

// Every answer has them, also a refusal and what there is no page for.
func TestHeaders(t *testing.T) {
	for line, host := range map[string]string{"GET /": "localhost", "GET /status": "evil.example", "GET /none": "localhost", "PUT /status": "localhost", "GET //status": "localhost", "GET /metrics": "localhost"} {
		w := httptest.NewRecorder()
		guarded().ServeHTTP(w, from(t, line+" HTTP/1.1\r\nHost: "+host+"\r\n", "127.0.0.1:9", home))
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Content-Security-Policy": page.Policy,
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s: %q", line, name, got)
			}
		}
	}
}
