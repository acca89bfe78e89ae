package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/conformance"
)

// script is an upstream that answers as the exchange says that a request belongs to, and
// keeps what it saw of the request.
type script struct {
	port int

	mu        sync.Mutex
	began     int
	exchanges map[string]*exchange // by the last part of the path
}

type exchange struct {
	step conformance.Step
	seen conformance.Headers
}

func newScript(t *testing.T) *script {
	u := &script{exchanges: map[string]*exchange{}}
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	u.port = server.Listener.Addr().(*net.TCPAddr).Port
	return u
}

// begin returns what identifies an exchange.
func (u *script) begin(s conformance.Step) (id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.began++
	id = strconv.Itoa(u.began)
	u.exchanges[id] = &exchange{step: s}
	return id
}

// end returns what was seen of an exchange's request; nil where it did not come.
func (u *script) end(id string) conformance.Headers {
	u.mu.Lock()
	defer u.mu.Unlock()
	seen := u.exchanges[id].seen
	delete(u.exchanges, id)
	return seen
}

func (u *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/deny/"):
		w.WriteHeader(http.StatusForbidden)
		return
	case strings.HasPrefix(r.URL.Path, "/response_timeout/"), strings.HasPrefix(r.URL.Path, "/stream_idle_timeout/"):
		<-r.Context().Done()
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	e := u.exchanges[path.Base(r.URL.Path)]
	if e == nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	e.seen = func(name string) []string {
		if name == ":authority" {
			return []string{r.Host}
		}
		return r.Header.Values(name)
	}
	status, headers := e.step.Answer(time.Now())
	for _, h := range headers {
		w.Header().Add(h[0], h[1])
	}
	w.WriteHeader(status)
	if len(e.step.Trailers) > 0 {
		w.(http.Flusher).Flush() // in chunks, for trailers go after these
	}
	for _, h := range e.step.Trailers {
		w.Header().Add(http.TrailerPrefix+h[0], h[1])
	}
}
