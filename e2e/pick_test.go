package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/conformance"
)

// caller sends requests over a connection of its own and says what x-key the upstream saw, ""
// where none came there.
type caller struct {
	*script
	conn net.Conn
	read *bufio.Reader
}

func (s *stage) callers(n int, listener string) (all []*caller) {
	for range n {
		conn := s.dial(listener)
		all = append(all, &caller{s.script, conn, bufio.NewReader(conn)})
	}
	return all
}

func (c *caller) call(status int, headers string) (key string, got int, err error) {
	id := c.begin(conformance.Step{Status: status})
	if !strings.HasPrefix(headers, "Host:") {
		headers = "Host: localhost\r\n" + headers
	}
	if _, err := fmt.Fprintf(c.conn, "GET /via_upstream/%s HTTP/1.1\r\n%s\r\n", id, headers); err != nil {
		return "", 0, err
	}
	resp, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return "", 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if seen := c.end(id); seen != nil {
		key = fmt.Sprint(seen("x-key"))
	}
	return key, resp.StatusCode, err
}

// together has each of them make n requests, all at once, and counts the values by status.
func together(t *testing.T, callers []*caller, n int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	var mu sync.Mutex
	var errs error
	var all sync.WaitGroup
	for _, c := range callers {
		all.Go(func() {
			for range n {
				key, status, err := c.call(0, "")
				mu.Lock()
				counts[fmt.Sprint(key, status)]++
				errs = errors.Join(errs, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	must(t, errs)
	return counts
}

// What two workers must agree on they do, to the request.
func TestPickAcrossWorkers(t *testing.T) {
	const connections, requests = 16, 75
	const key = `{"headers":[{"name":"x-key",`
	cases := map[string]struct {
		config string
		want   map[string]int
	}{
		"round-robin": {key + `"pick":"round_robin","values":["a","b","c"]}]}`, map[string]int{"[a]200": 400, "[b]200": 400, "[c]200": 400}},
		"weighted": {key + `"pick":"round_robin","values":["a",{"value":"b","weight":2},{"value":"c","weight":3}]}]}`,
			map[string]int{"[a]200": 200, "[b]200": 400, "[c]200": 600}},
		"limit": {key + `"limit":"100/24h","values":["a","b"]}]}`, map[string]int{"[a]200": 100, "[b]200": 100, "503": 1000}},
		"limit-in-order": {key + `"limit":"500/24h","pick":"in_order","values":["a","b"],"when_all_out":"first"}]}`,
			map[string]int{"[a]200": 700, "[b]200": 500}},
		"limit-round-robin": {key + `"limit":"300/24h","pick":"round_robin","values":["a","b","c"]}]}`,
			map[string]int{"[a]200": 300, "[b]200": 300, "[c]200": 300, "503": 300}},
	}
	configs := map[string]string{}
	for name, c := range cases {
		configs[name] = c.config
	}
	s := newStage(t, configs)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.workers(name)
			got := together(t, s.callers(connections, name), requests)
			if !maps.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// A client has its value with each worker. What is out moves its own clients only, and they come
// back to it.
func TestStickyAcrossWorkers(t *testing.T) {
	const users = 60
	for _, c := range [][2]string{
		{"header X-User", "X-User: %d\r\n"},
		{"cookie Sid", "Cookie: a=b; Sid=%d\r\n"},
		{"cookie Sid", "Cookie: a=b\r\nCookie: Sid=%d; Sid=c\r\n"},
		{"ip", "X-Forwarded-For: 192.0.2.%d\r\n"},
		{"host", "Host: tenant%d.example\r\n"},
	} {
		by, header := c[0], c[1]
		t.Run(by, func(t *testing.T) {
			config := `{"headers":[{"name":"x-key","values":["a","b","c"],"pick":{"sticky":{"by":"` + by + `"}},"evict":{"on":[429],"for":"2s"}}]}`
			s := newStage(t, map[string]string{"sticky": config})
			s.workers("sticky")
			callers := s.callers(4, "sticky")
			ask := func(c *caller, user, status int) string {
				t.Helper()
				key, _, err := c.call(status, fmt.Sprintf(header, user))
				must(t, err)
				return key
			}
			all := func() (values []string) {
				t.Helper()
				for user := range users {
					was := ask(callers[0], user, 0)
					for _, c := range callers[1:] {
						if key := ask(c, user, 0); key != was {
							t.Fatalf("user %d has %s and %s", user, was, key)
						}
					}
					values = append(values, was)
				}
				return values
			}
			before := all()
			if kinds := slices.Compact(slices.Sorted(slices.Values(before))); len(kinds) != 3 {
				t.Fatalf("the users have %v", kinds)
			}
			began := time.Now()
			out := ask(callers[0], 7, http.StatusTooManyRequests)
			for user, was := range before {
				now := ask(callers[user%4], user, 0)
				if was != out && now != was || was == out && now == was && time.Since(began) < time.Second {
					t.Errorf("user %d had %s, has %s while %s is out", user, was, now, out)
				}
			}
			eventually(t, "all are back", func() bool {
				for user, was := range before {
					if ask(callers[user%4], user, 0) != was {
						return false
					}
				}
				return true
			})
		})
	}
}
