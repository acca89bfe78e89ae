package e2e

import (
	"fmt"
	"testing"
	"time"
)

// A filter that moves to the cluster, which takes a while to get its addresses, stays in the
// listener until it is there: no request on a new connection goes past it.
func TestRetryIsAddedWhileDNSIsSlow(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}, "matched": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			if name == "matched" { // by what the route has to keep
				s.cfg.Filters += "\n    match: {host: 127.0.0.1}"
			}
			s.cfg.Host, s.cfg.CA = "slow.example", "ca.pem, sni: localhost"
			s.save()
			s.useDNS(slowDNS(t, time.Second))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			s.newConnections(func(a answer) error {
				if got := a.userAgent(); got != "one" {
					return fmt.Errorf("a request went past the filter, as %q", got)
				}
				return nil
			}, func() {
				s.cfg.Filters += "\n    retry: {on: [429], tries: 2}"
				s.save()
				s.live()
			})
		})
	}
}

// newConnections sends requests during an edit, each on a connection of its own.
func (s *stack) newConnections(check func(answer) error, edit func()) {
	s.t.Helper()
	done := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			default:
			}
			c := newClient(s.t)
			a, err := c.get(s.t.Context(), s.cfg.Port)
			if err == nil {
				err = check(a)
			}
			c.http.CloseIdleConnections()
			if err != nil {
				failed <- fmt.Errorf("request %d: %w", n, err)
				return
			}
		}
	}()
	edit()
	close(done)
	if err := <-failed; err != nil {
		s.t.Error(err)
	}
}
