package admin

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// FuzzStrangers: whatever a request looks like, one from elsewhere without the token sees no more than the pages for
// everybody, and one on loopback names it in a way that a browser sends for no other page.
func FuzzStrangers(f *testing.F) {
	for _, text := range []string{
		"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET http://localhost/status HTTP/1.1\r\nHost: evil.example\r\n\r\n",
		"GET /healthz/..%2fstatus HTTP/1.1\r\nHost: [::1%25lo]:1\r\nAuthorization: Basic eDp5\r\n\r\n",
		"GET //readyz?/../status HTTP/1.0\r\nAuthorization: Bearer x\r\n\r\n",
		"POST /retry HTTP/1.1\r\nHost: 127.0.0.1.evil.example:80\r\nSec-Fetch-Site: same-origin\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: LOCALHOST:\r\nOrigin: null\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n",
	} {
		f.Add(text)
	}
	h := guarded("health")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			t.Skip()
		}
		ask := func(remote, local string) *httptest.ResponseRecorder {
			r := r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(local))))
			r.RemoteAddr = remote
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		if body := ask("192.0.2.9:9", away).Body.String(); strings.Contains(body, `"version"`) || strings.Contains(body, "what the file has") || body == "null\n" {
			t.Errorf("a stranger is told %s", body)
		}
		if w := ask("127.0.0.1:9", home); w.Code == http.StatusOK && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
			u, err := url.Parse("http://" + r.Host)
			if err != nil {
				t.Fatalf("Host %q is answered", r.Host)
			}
			ip, err := netip.ParseAddr(u.Hostname())
			if !strings.EqualFold(u.Hostname(), "localhost") && (err != nil || !ip.IsLoopback()) {
				t.Errorf("Host %q is answered", r.Host)
			}
		}
	})
}
