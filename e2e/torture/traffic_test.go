//go:build torture

package torture

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// client sends one request after the other to an Envoy, on one connection or on new ones.
type client struct {
	judge *judge
	envoy int
	fresh bool
	http  *http.Client
}

// connection remembers what its Envoy had to show when it began.
type connection struct {
	net.Conn
	began ticket
}

func newClient(j *judge, n namespace, envoy int, fresh bool) *client {
	c := &client{judge: j, envoy: envoy, fresh: fresh}
	c.http = &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives:   fresh,
		MaxIdleConnsPerHost: 1,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			began := j.asks(envoy)
			conn, err := n.dial(ctx, address)
			return &connection{conn, began}, err
		},
	}}
	return c
}

func (c *client) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.ask(); err != nil {
			pause(ctx, 20*time.Millisecond)
		}
		pause(ctx, 10*time.Millisecond) // leave the processors to those under test
	}
	c.http.CloseIdleConnections()
}

// ask sends a request and has its answer judged.
func (c *client) ask() error {
	began := c.judge.asks(c.envoy)
	conn := began
	trace := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if used, ok := info.Conn.(*connection); ok && !c.fresh {
				conn = used.began
			}
		},
	})
	req, err := http.NewRequestWithContext(trace, http.MethodGet, "http://127.0.0.1:10000/path", http.NoBody)
	if err != nil {
		return err
	}
	for _, name := range headers {
		req.Header.Set(name, own)
	}
	status, a, err := c.answer(req)
	if err != nil || status != http.StatusOK {
		c.judge.lost(began, conn, status, err)
		return err
	}
	c.judge.answered(began, conn, a)
	return nil
}

func (c *client) answer(req *http.Request) (status int, a seen, err error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, a, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp.StatusCode, a, errors.Join(err, errors.New(string(body)))
	}
	var echo uaecho.Seen
	if err := json.Unmarshal(body, &echo); err != nil {
		return resp.StatusCode, a, err
	}
	a.upstream = echo.Host + ":" + resp.Header.Get("X-Backend")
	a.header = map[string]string{}
	for _, name := range headers {
		a.header[name] = strings.Join(echo.Headers[name], "|")
	}
	if stamp := resp.Header.Values("X-Module"); len(stamp) > 0 {
		a.module = strings.Join(stamp, "|") + " " + strings.Join(resp.Header.Values("X-Config"), "|")
	}
	return resp.StatusCode, a, nil
}
