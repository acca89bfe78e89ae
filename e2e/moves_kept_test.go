package e2e

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// A filter that leaves the clusters for the listener, and is for one host, gets no request of another: the route keeps
// the client's host until no cluster has the filter.
func TestRetryIsRemovedFromAMatchedFilter(t *testing.T) {
	s := newStack(t)
	s.cfg.Filters += `
  - name: keys
    match: {host: other.example}
    headers: [{name: X-Key, values: [k]}]
`
	moved := s.cfg.Filters
	s.cfg.Filters += "    retry: {on: [429], tries: 2}\n"
	s.save()
	s.startServer()
	var delay atomic.Int64
	s.xds = slowPath(t, s.xds, &delay)
	s.startEnvoy()
	s.live()
	delay.Store(int64(200 * time.Millisecond))
	s.newConnections(func(a answer) error {
		if got := a.seen.Headers.Get("X-Key"); got != "" {
			return fmt.Errorf("a request of another host has the key %q", got)
		}
		return nil
	}, func() {
		s.cfg.Filters = moved
		s.save()
		s.live()
	})
}

// slowPath is a path to an address on which each piece takes delay.
func slowPath(t *testing.T, to string, delay *atomic.Int64) string {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = lis.Close() })
	go func() {
		for {
			in, err := lis.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
				go func() {
					b := make([]byte, 1<<16)
					for {
						n, err := way[0].Read(b)
						if err != nil {
							_ = way[1].Close()
							return
						}
						time.Sleep(time.Duration(delay.Load()))
						if _, err := way[1].Write(b[:n]); err != nil {
							_ = way[0].Close()
							return
						}
					}
				}()
			}
		}
	}()
	return lis.Addr().String()
}
