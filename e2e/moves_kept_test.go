package e2e

import (
	"fmt"
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
	path := newRelay(t, s.xds)
	s.startEnvoy("--server", path.address)
	s.live()
	path.delay.Store(int64(200 * time.Millisecond))
	s.newConnections(func(a answer) error {
		if got := a.seen.Headers.Get("X-Key"); got != "" {
			return fmt.Errorf("a request of another host has the key %q", got)
		}
		return nil
	}, func() {
		s.makeLive(moved)
	})
}
