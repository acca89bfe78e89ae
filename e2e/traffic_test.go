package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// answer is what a request came back with, and what the upstream saw of it.
type answer struct {
	status int
	header http.Header
	seen   uaecho.Seen
	conn   string // the client's end of the connection
}

func (a answer) userAgent() string {
	if v := a.seen.Headers["User-Agent"]; len(v) == 1 {
		return v[0]
	}
	return fmt.Sprint(a.seen.Headers["User-Agent"])
}

// client has one connection, which it keeps open.
type client struct{ http *http.Client }

func newClient(t testing.TB) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 1}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{&http.Client{Transport: transport}}
}

// get asks for a path of the listener; edit changes the request before it goes.
func (c *client) get(ctx context.Context, port int, edit ...func(*http.Request)) (answer, error) {
	var a answer
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { a.conn = info.Conn.LocalAddr().String() },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/path", port), http.NoBody)
	if err != nil {
		return a, err
	}
	for _, e := range edit {
		e(req)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	a.status, a.header = resp.StatusCode, resp.Header
	if resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%s: %s", resp.Status, body)
	}
	return a, json.Unmarshal(body, &a.seen)
}

func (c *client) mustGet(t testing.TB, port int, edit ...func(*http.Request)) answer {
	t.Helper()
	a, err := c.get(t.Context(), port, edit...)
	must(t, err)
	return a
}

// traffic asks on an open connection and on new ones, until stop is called, which fails the
// test if any request failed. There are at least 10.
func traffic(t testing.TB, port int, check ...func(answer) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	requests := 0
	for _, fresh := range []bool{false, true} {
		c := newClient(t)
		c.http.Transport.(*http.Transport).DisableKeepAlives = fresh
		clients.Go(func() {
			for ctx.Err() == nil {
				// A request that has begun is always seen to its end.
				a, err := c.get(context.Background(), port)
				for _, f := range check {
					if err == nil {
						err = f(a)
					}
				}
				mu.Lock()
				requests++
				if err != nil {
					failures = append(failures, err)
				}
				mu.Unlock()
				time.Sleep(time.Millisecond) // leave the processors to those under test
			}
		})
	}
	return func() {
		t.Helper()
		eventually(t, "there is traffic", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return requests >= 10
		})
		cancel()
		clients.Wait()
		if len(failures) > 0 {
			t.Errorf("%d of %d requests failed, the first: %v", len(failures), requests, failures[0])
		}
	}
}
