package admin

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/page"
)

// from is a request as a server reads it, but for its last line, on a connection between two addresses.
func from(t *testing.T, text, remote, local string) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text + "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	addr, err := net.ResolveTCPAddr("tcp", local)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = remote
	return r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, addr))
}

const secret = "0123456789abcdef-token"

func tokenFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// guarded has every page and a token.
func guarded(public ...string) http.Handler {
	token := &Token{}
	token.set(secret)
	return Guard(Access{Token: token, Public: public, Log: slog.New(slog.DiscardHandler)}, pages())
}

func pages() *http.ServeMux {
	problem := "livefilter.yaml:1:2: what the file has"
	status := func() live.Status { return live.Status{Version: "v", Error: &problem} }
	return Handler(Pages{
		Page:      page.New(func() page.View { return page.View{Status: status()} }),
		Status:    status,
		Edits:     func() any { return nil },
		Out:       func() any { return nil },
		History:   func() any { return nil },
		Metrics:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "metrics") }),
		Resources: func() (any, error) { return nil, nil },
		Diff:      func(string, string) (live.Diff, error) { return live.Diff{}, nil },
		Rollback:  func(context.Context, string) (live.RolledBack, error) { return live.RolledBack{}, nil },
		Retry:     func(context.Context, string) (live.Retried, error) { return live.Retried{}, nil },
	})
}

const (
	home = "127.0.0.1:18001"
	away = "192.0.2.1:18001"
)

// Who is on this machine, and asks for it by a name that no DNS has a say in, needs nothing.
func TestLocal(t *testing.T) {
	const ok, no, ask = http.StatusOK, http.StatusForbidden, http.StatusUnauthorized
	h := guarded()
	for _, tt := range []struct {
		request, remote, local string
		code                   int
	}{
		{"GET /status HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:9", home, ok},
		{"GET /status HTTP/1.1\r\nHost: localhost:18001\r\n", "127.0.0.1:9", home, ok},
		{"GET /status HTTP/1.1\r\nHost: LOCALHOST:1\r\n", "127.0.0.1:9", home, ok},
		{"GET /status HTTP/1.1\r\nHost: 127.0.0.1:18001\r\n", "127.0.0.1:9", home, ok},
		{"GET /status HTTP/1.1\r\nHost: 127.8.8.8\r\n", "127.8.8.8:9", home, ok},
		{"GET /status HTTP/1.1\r\nHost: [::1]:18001\r\n", "[::1]:9", "[::1]:18001", ok},
		{"GET /status HTTP/1.1\r\nHost: [::1]\r\n", "[::1]:9", "[::1]:18001", ok},
		{"GET /status HTTP/1.1\r\nHost: localhost\r\n", "[::ffff:127.0.0.1]:9", "[::ffff:127.0.0.1]:18001", ok},
		{"GET http://localhost/status HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, ok}, // no browser can
		{"HEAD /status HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:9", home, ok},
		{"POST /retry HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:9", home, ok},
		{"POST /rollback?to=1 HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:9", home, ok},
		{"POST /rollback?to=1 HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		{"POST /rollback?to=1 HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", away, ask},
		{"GET /history HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", away, ask},
		{"GET /diff?from=1&to=2 HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", away, ask},
		// DNS rebinding
		{"GET /status HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: evil.example:18001\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: localhost.evil.example:18001\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: evil.example:@localhost\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: localhost:x\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: localhost.\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: a.localhost\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: 0.0.0.0:18001\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: 192.0.2.1\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.1\r\nHost: [::1%25lo]:18001\r\n", "[::1]:9", "[::1]:18001", no},
		{"GET /status HTTP/1.1\r\nHost: [::ffff:127.0.0.1.evil]\r\n", "[::1]:9", "[::1]:18001", no},
		{"GET /status HTTP/1.1\r\nHost:\r\n", "127.0.0.1:9", home, no},
		{"GET /status HTTP/1.0\r\n", "127.0.0.1:9", home, no},
		{"GET http://evil.example/status HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.1:9", home, no},
		{"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		{"POST /retry HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		{"OPTIONS /retry HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		{"GET /none HTTP/1.1\r\nHost: evil.example\r\n", "127.0.0.1:9", home, no},
		// a proxy is there for others
		{"GET /status HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1:9", home, ask},
		{"GET /status HTTP/1.1\r\nHost: localhost\r\nForwarded:\r\n", "127.0.0.1:9", home, ask},
		{"GET /status HTTP/1.1\r\nHost: localhost\r\nVia: 1.1 x\r\n", "127.0.0.1:9", home, ask},
		// one end is not enough
		{"GET /status HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", away, ask},
		{"GET /status HTTP/1.1\r\nHost: localhost\r\n", "127.0.0.6:9", away, ask},
		{"GET /status HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", home, ask},
		{"GET /healthz HTTP/1.1\r\nHost: localhost\r\n", "192.0.2.9:9", away, ask},
		{"GET /none HTTP/1.1\r\nHost: x\r\n", "192.0.2.9:9", away, ask},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, from(t, tt.request, tt.remote, tt.local))
		if w.Code != tt.code {
			t.Errorf("%q from %s to %s: %d %s", tt.request, tt.remote, tt.local, w.Code, w.Body)
		}
	}
}

// From elsewhere it takes the token, a certificate, or a page that is for everybody.
func TestToken(t *testing.T) {
	const ok, no = http.StatusOK, http.StatusUnauthorized
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, tt := range []struct {
		line, authorization string
		code                int
	}{
		{"GET /status", "Bearer " + secret, ok},
		{"GET /status", "bearer  " + secret + " ", ok},
		{"GET /", basic("anybody:" + secret), ok},
		{"GET /", basic(":" + secret), ok},
		{"POST /retry", "Bearer " + secret, ok},
		{"GET /healthz", "", ok},
		{"GET /readyz", "", ok},
		{"GET /%68ealthz", "", ok},
		{"GET /healthz?x=/status", "", ok},
		{"GET /status", "", no},
		{"GET /status", "Bearer", no},
		{"GET /status", "Bearer ", no},
		{"GET /status", "Bearer " + secret[:16], no},
		{"GET /status", "Bearer " + secret + "x", no},
		{"GET /status", "Token " + secret, no},
		{"GET /status", secret, no},
		{"GET /status", basic(secret), no},
		{"GET /status", basic(secret + ":x"), no},
		{"GET /metrics", "", no},
		{"GET //status", "", no},
		{"GET /status/", "", no},
		{"GET /%73tatus", "", no},
		{"GET /healthz/../status", "", no},
		{"GET /healthz/..%2fstatus", "", no},
		{"GET /healthz;/status", "", no},
		{"GET /healthz/", "", no},
		{"GET /healthz.", "", no},
		{"POST /healthz", "", no},
		{"OPTIONS /healthz", "", no},
		{"OPTIONS *", "", no},
		{"TRACE /healthz", "", no},
		{"CONNECT evil.example:443", "", no},
	} {
		text := tt.line + " HTTP/1.1\r\nHost: server\r\n"
		if tt.authorization != "" {
			text += "Authorization: " + tt.authorization + "\r\n"
		}
		w := httptest.NewRecorder()
		guarded("health").ServeHTTP(w, from(t, text, "192.0.2.9:9", away))
		challenge := strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic ")
		if w.Code != tt.code || challenge != (tt.code == no) {
			t.Errorf("%s, %q: %d %s", tt.line, tt.authorization, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "what the file has") && tt.line != "GET /status" && tt.line != "GET /" {
			t.Errorf("%s tells everybody %s", tt.line, w.Body)
		}
	}
}

func TestCertificate(t *testing.T) {
	for chains, want := range map[int]int{0: http.StatusUnauthorized, 1: http.StatusOK} {
		r := from(t, "GET /status HTTP/1.1\r\nHost: server\r\n", "192.0.2.9:9", away)
		r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}, VerifiedChains: make([][]*x509.Certificate, chains)}
		w := httptest.NewRecorder()
		guarded().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%d verified chains: %d", chains, w.Code)
		}
	}
}

// Where certificates are taken and there is no token, who has neither is told of the one that would do.
func TestCertificateIsMissing(t *testing.T) {
	r := from(t, "GET /status HTTP/1.1\r\nHost: server\r\n", "192.0.2.9:9", away)
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	Guard(Access{Log: slog.New(slog.DiscardHandler)}, pages()).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "--admin-client-ca") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWithoutToken(t *testing.T) {
	for line, want := range map[string]int{"GET /status": http.StatusForbidden, "GET /metrics": http.StatusOK, "GET /healthz": http.StatusForbidden} {
		w := httptest.NewRecorder()
		Guard(Access{Public: []string{"metrics"}, Log: slog.New(slog.DiscardHandler)}, pages()).ServeHTTP(w,
			from(t, line+" HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer x\r\n", "192.0.2.9:9", away))
		if w.Code != want {
			t.Errorf("%s: %d %s", line, w.Code, w.Body)
		}
	}
}

// Whoever asks can tell the port from other servers, and learns no more by that.
func TestHeader(t *testing.T) {
	for line, code := range map[string]int{"GET /status": http.StatusUnauthorized, "GET /healthz": http.StatusOK, "GET /none": http.StatusUnauthorized} {
		w := httptest.NewRecorder()
		guarded("health").ServeHTTP(w, from(t, line+" HTTP/1.1\r\nHost: server\r\n", "192.0.2.9:9", away))
		if got := w.Header()[Header]; w.Code != code || len(got) != 1 || got[0] != "admin" {
			t.Errorf("%s: %d, %q", line, w.Code, got)
		}
	}
}
