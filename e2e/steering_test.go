package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// A client cannot have its request sent again or cut short by Envoy's own headers, also where it says that it is internal.
func TestClientsCannotSteerRetries(t *testing.T) {
	var asked atomic.Int64
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		time.Sleep(20 * time.Millisecond) // longer than the timeouts that are asked for
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(up.Close)
	for name, filters := range map[string]string{
		"no filter": " []",
		"retry":     "\n  - {name: pool, headers: [{name: X-Pool, values: [one]}], retry: {on: [418], tries: 2}}",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.write(s.withUpstreams(filters, []string{fmt.Sprintf("{name: a, host: 127.0.0.1, port: %d}", up.Listener.Addr().(*net.TCPAddr).Port)}))
			s.startServer()
			s.startEnvoy()
			s.live()
			for _, internal := range []string{"", "X-Envoy-Internal: true\r\nX-Forwarded-For: 10.0.0.1\r\n"} {
				before := asked.Load()
				conn, r := s.connect()
				_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+internal+
					"X-Envoy-Retry-On: 5xx,retriable-status-codes\r\nX-Envoy-Retriable-Status-Codes: 503\r\nX-Envoy-Max-Retries: 5\r\nX-Envoy-Hedge-On-Per-Try-Timeout: true\r\n"+
					"X-Envoy-Upstream-Rq-Timeout-Ms: 1\r\nX-Envoy-Upstream-Rq-Per-Try-Timeout-Ms: 1\r\nX-Livefilter-Retry: 1\r\n\r\n")
				must(t, err)
				resp, err := http.ReadResponse(r, nil)
				must(t, err)
				_ = resp.Body.Close()
				_ = conn.Close()
				if n := asked.Load() - before; n != 1 || resp.StatusCode != http.StatusServiceUnavailable {
					t.Errorf("%q: asked %d times, %d", internal, n, resp.StatusCode)
				}
			}
		})
	}
}
