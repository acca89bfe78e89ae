package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// An upstream whose certificate does not prove who it is gets no request.
func TestUpstreamIsVerified(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	strangersCA, _ := upstream(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "stranger.pem"), strangersCA, 0o600))
	good := s.text()
	for name, tt := range map[string]struct{ tls, counter string }{
		"another CA":       {"tls: {ca: stranger.pem}", "fail_verify_error"},
		"another name":     {"tls: {ca: ca.pem, sni: example.com}", "fail_verify_san"},
		"the system's CAs": {"tls: {}", "fail_verify_error"},
	} {
		t.Run(name, func(t *testing.T) {
			s.write(strings.Replace(good, "tls: {ca: ca.pem}", tt.tls, 1))
			s.live()
			before := s.counter("cluster.echo.ssl." + tt.counter)
			a, err := newClient(t).get(t.Context(), s.cfg.Port)
			if a.status != http.StatusServiceUnavailable || s.counter("cluster.echo.ssl."+tt.counter) == before {
				t.Errorf("got %d, %v", a.status, err)
			}
		})
	}
	s.write(good)
	s.live()
	newClient(t).mustGet(t, s.cfg.Port)
}

func TestPlaintextUpstream(t *testing.T) {
	s := newStack(t)
	_, s.cfg.UpstreamPort = upstreamWith(t, uaecho.Options{Plaintext: true})
	s.write(strings.Replace(s.text(), "    tls: {ca: ca.pem}\n", "", 1))
	s.startServer()
	s.startEnvoy()
	s.live()
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" || got.seen.TLS != nil {
		t.Errorf("upstream saw %+v", got.seen)
	}
}
