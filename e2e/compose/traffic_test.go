//go:build compose

package compose

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

const ingress = 10000

// answer is what `curl -i localhost:PORT/api/v1/ua` shows.
type answer struct {
	status int
	header http.Header
	rawUA  string // the User-Agent that arrived at ua-echo
}

// client keeps its connection open.
type client struct{ http *http.Client }

func newClient(t *testing.T) *client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{&http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

func (c *client) get(port int) (a answer, err error) {
	resp, err := c.http.Get(fmt.Sprintf("http://127.0.0.1:%d/api/v1/ua", port))
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	a.status, a.header = resp.StatusCode, resp.Header
	if a.status != http.StatusOK {
		return a, fmt.Errorf("%s: %s", resp.Status, body)
	}
	var seen []struct{ UA struct{ RawUA string } }
	if err := json.Unmarshal(body, &seen); err != nil || len(seen) != 1 {
		return a, fmt.Errorf("not an answer of ua-echo: %s (%v)", body, err)
	}
	a.rawUA = seen[0].UA.RawUA
	return a, nil
}

// shows holds the next request to a User-Agent.
func (c *client) shows(t *testing.T, want string) {
	t.Helper()
	a, err := c.get(ingress)
	must(t, err)
	if a.rawUA != want || a.header.Get("X-Proxy-Wasm") != "my-wasm-filter" {
		t.Errorf("ua-echo saw %q, x-proxy-wasm is %q; want %q", a.rawUA, a.header.Get("X-Proxy-Wasm"), want)
	}
}

// traffic asks again and again on one connection until stop is called, which fails the test if a request failed.
func traffic(t *testing.T) (stop func()) {
	c := newClient(t)
	var done atomic.Bool
	requests, failed := 0, error(nil)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for !done.Load() {
			requests++
			if _, err := c.get(ingress); err != nil && failed == nil {
				failed = fmt.Errorf("request %d failed: %w", requests, err)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return func() {
		t.Helper()
		done.Store(true)
		<-ended
		must(t, failed)
		t.Logf("%d requests meanwhile, none failed", requests)
	}
}
