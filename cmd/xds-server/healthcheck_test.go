package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
)

func TestHealthcheck(t *testing.T) {
	var status live.Status
	server := httptest.NewServer(admin.Guard(admin.Access{}, admin.Handler(admin.Pages{
		Status: func() live.Status { return status }, Metrics: http.NotFoundHandler(),
	})))
	defer server.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	refused := "livefilter.yaml:7:15: must not be empty"

	for name, c := range map[string]struct {
		status  live.Status
		address string
		code    int
		want    string // in what it says
	}{
		"serving":            {live.Status{Version: "1"}, server.Listener.Addr().String(), 0, "ok\n"},
		"a broken edit":      {live.Status{Version: "1", Error: &refused}, server.Listener.Addr().String(), 0, refused},
		"nothing served yet": {live.Status{}, server.Listener.Addr().String(), 1, "not ready: no config is served yet"},
		"nobody there":       {live.Status{}, gone.Listener.Addr().String(), exitUnreachable, "nothing listens at "},
		"no address":         {live.Status{}, "x y", exitUsage, `--admin-address "x y": must be HOST:PORT`},
	} {
		t.Run(name, func(t *testing.T) {
			status = c.status
			stdout, stderr, code := command(t, "healthcheck", "--admin-address", c.address)
			if code != c.code || !strings.Contains(stdout+stderr, c.want) {
				t.Errorf("exit code %d, %q, %q; want %d and %q", code, stdout, stderr, c.code, c.want)
			}
		})
	}
}

// A port that speaks TLS is asked on either loopback, as [::]:18001 is what serve may be given.
func TestHealthcheckOfTLS(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		lis, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("NOT TESTED: %s: %v", address, err) // a machine without IPv6
			continue
		}
		server := httptest.NewUnstartedServer(admin.Guard(admin.Access{}, admin.Handler(admin.Pages{
			Status: func() live.Status { return live.Status{Version: "1"} }, Metrics: http.NotFoundHandler(),
		})))
		_ = server.Listener.Close()
		server.Listener = lis
		server.StartTLS()
		if stdout, stderr, code := command(t, "healthcheck", "--admin-address", lis.Addr().String()); code != 0 || stdout != "ok\n" {
			t.Errorf("%s: exit code %d, %q, %q", address, code, stdout, stderr)
		}
		server.Close()
	}
}
