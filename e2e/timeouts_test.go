package e2e

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// Each bound of an upstream does what its name says. A request that has taken too long is not
// sent again.
func TestUpstreamTimeouts(t *testing.T) {
	s := newStack(t)
	ca, port := upstreamWith(t, uaecho.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			<-r.Context().Done()
			return
		}
		uaecho.Handler().ServeHTTP(w, r)
	})})
	s.trust(ca, port)
	with := func(fields string) {
		s.write(strings.Replace(s.text(), "tls: {ca: ca.pem}", "tls: {ca: ca.pem}\n    "+fields, 1))
		s.live()
	}
	s.startServer()
	s.startEnvoy()
	c := newClient(t)

	with("timeout: 2s")
	c.mustGet(t, s.cfg.Port)
	total := s.counter("cluster.echo.upstream_rq_total")
	if a, err := c.get(t.Context(), s.cfg.Port, func(r *http.Request) { r.Method = http.MethodDelete }); a.status != http.StatusGatewayTimeout {
		t.Errorf("timeout: %d, %v", a.status, err)
	}
	if n := s.counter("cluster.echo.upstream_rq_total") - total; n != 1 {
		t.Errorf("timeout: %d tries", n)
	}

	with("idle: 100ms")
	c.mustGet(t, s.cfg.Port)
	eventually(t, "idle: the connection is closed", func() bool { return s.counter("cluster.echo.upstream_cx_idle_timeout") > 0 })
	c.mustGet(t, s.cfg.Port)

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer silent.Close()
	s.cfg.UpstreamPort = silent.Addr().(*net.TCPAddr).Port
	with("connect_timeout: 100ms")
	a, err := c.get(t.Context(), s.cfg.Port)
	if a.status != http.StatusServiceUnavailable || s.counter("cluster.echo.upstream_cx_connect_timeout") == 0 {
		t.Errorf("connect_timeout: %d, %v", a.status, err)
	}
}
