package e2e

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// plain is a config without TLS to the upstream.
func (s *stack) plain() string { return strings.Replace(s.text(), "    tls: {ca: ca.pem}\n", "", 1) }

// flaky is a stack, live, whose plaintext upstream is h.
func flaky(t *testing.T, filters string, h http.HandlerFunc) *stack {
	s := newStack(t)
	_, s.cfg.UpstreamPort = upstreamWith(t, uaecho.Options{Plaintext: true, Handler: h})
	if filters != "" {
		s.keys("good")
		s.cfg.Filters = filters
	}
	s.write(s.plain())
	s.startServer()
	s.startEnvoy()
	s.live()
	return s
}

// hangUp closes the connection of a request without an answer.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// An upstream that closes a connection on which a request has been sent may have read it, and may
// not: the request is sent again where that does no harm, whether the config has a retry or not.
func TestTheUpstreamHangsUp(t *testing.T) {
	for name, tt := range map[string]struct {
		filters, method string
		want            int
	}{
		"no retry":             {"", http.MethodGet, 200},
		"no retry, POST":       {"", http.MethodPost, 503},
		"retry":                {pool + "\n    retry: {on: [429], tries: 2}", http.MethodDelete, 200},
		"retry off":            {pool + "\n    retry: {on: [429], tries: 1}", http.MethodGet, 200},
		"retry, POST":          {pool + "\n    retry: {on: [429], tries: 2}", http.MethodPost, 503},
		"non_idempotent, POST": {pool + "\n    retry: {on: [429], tries: 2, non_idempotent: true}", http.MethodPost, 200},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			s := flaky(t, tt.filters, func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1)%2 == 1 {
					hangUp(w)
					return
				}
				uaecho.Handler().ServeHTTP(w, r)
			})
			for range 10 {
				requests.Store(0)
				a, err := newClient(t).get(t.Context(), s.cfg.Port, func(r *http.Request) { r.Method = tt.method })
				if a.status != tt.want {
					t.Fatalf("%d, %v", a.status, err)
				}
			}
		})
	}
}

// A connection that breaks takes every request on it along; each of them is sent again.
func TestAllConnectionsBreakAtOnce(t *testing.T) {
	const atOnce = 100
	var arrived atomic.Int32
	all := make(chan struct{})
	s := flaky(t, "", func(w http.ResponseWriter, r *http.Request) {
		switch n := arrived.Add(1); {
		case n < atOnce:
			<-all
			hangUp(w)
		case n == atOnce:
			close(all)
			hangUp(w)
		default:
			uaecho.Handler().ServeHTTP(w, r)
		}
	})
	var clients sync.WaitGroup
	for range atOnce {
		c := newClient(t)
		clients.Go(func() {
			if a, err := c.get(t.Context(), s.cfg.Port); err != nil {
				t.Errorf("%d, %v", a.status, err)
			}
		})
	}
	clients.Wait()
}

// every second connection ends before it has begun.
type everySecond struct {
	net.Listener
	n atomic.Int32
}

func (l *everySecond) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || l.n.Add(1)%2 == 0 {
			return conn, err
		}
		_ = conn.Close()
	}
}

// What was not sent at all is sent again, whatever it is.
func TestTheUpstreamRefusesConnections(t *testing.T) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := newStack(t)
	ca, port := upstreamOn(t, &everySecond{Listener: lis}, uaecho.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		uaecho.Handler().ServeHTTP(w, r)
	})})
	s.trust(ca, port)
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for range 10 {
			newClient(t).mustGet(t, s.cfg.Port, func(r *http.Request) { r.Method = method })
		}
	}
	if n := s.counter("cluster.echo.upstream_rq_retry"); n == 0 {
		t.Error("no request was sent again")
	}
}
