package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// hold listens on a port that nobody else gets, until it is closed.
func hold(t testing.TB) (port int, free func()) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = lis.Close() })
	return lis.Addr().(*net.TCPAddr).Port, func() { must(t, lis.Close()) }
}

const inUse = "Address already in use"

// The normal repair: a new process with the node ID of one that refused a version takes it.
func TestANewProcessTakesWhatTheOldOneRefused(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		s.startServer()
		s.startEnvoy(bootstrapFlags...)
		s.live()
		taken, free := hold(t)
		s.cfg.Port = taken
		s.save()
		s.mustRefuse(inUse)
		s.envoy.kill()
		free()
		s.envoyFlags = withoutV8
		s.startEnvoy(bootstrapFlags...)
		s.mustRefuse("Unable to create Wasm plugin my-wasm-filter")
		s.envoy.kill()
		s.envoyFlags = nil
		s.startEnvoy(bootstrapFlags...)
		s.live()
		if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" {
			t.Errorf("got %q", got.userAgent())
		}
	})
}

// On one stream: a version is refused, another one accepted, and then the first one too.
func TestRefusedAndThenTaken(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		good := s.cfg.Port
		taken, free := hold(t)
		s.cfg.Port = taken
		s.save()
		s.mustRefuse(inUse)
		s.cfg.Port = good
		s.save()
		s.live()
		free()
		s.cfg.Port = taken
		s.save()
		s.live()
		if got := newClient(t).mustGet(t, taken); got.userAgent() != "one" {
			t.Errorf("got %q", got.userAgent())
		}
	})
}

// Two Envoys with one node ID are two: what one refuses the other gets and runs.
func TestTwoWithOneID(t *testing.T) {
	for name, flags := range map[string][2][]string{
		"the first one refuses":  {withoutV8, nil},
		"the second one refuses": {nil, withoutV8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
				s.cfg.Filters = "  []"
				s.save()
				s.startServer()
				for _, s.envoyFlags = range flags {
					s.startEnvoy(bootstrapFlags...)
				}
				eventually(t, "both run without a filter", func() bool { return s.status().Live && s.running() == 2 })
				stop := traffic(t, s.cfg.Port) // of which each gets some: they share the port
				s.cfg.Filters = fmt.Sprintf(userAgent, "one")
				s.save()
				s.mustRefuse("Unable to create Wasm plugin my-wasm-filter")
				eventually(t, "the other one runs the filter", func() bool { return s.running() == 1 })
				eventually(t, "a request meets the filter", func() bool {
					return newClient(t).mustGet(t, s.cfg.Port).userAgent() == "one"
				})
				stop()
				out, _, _ := s.statusCommand()
				if !strings.Contains(out, "runs on 1 of 2") || strings.Count(out, "has the same node ID") != 2 {
					t.Errorf("status: %s", out)
				}
				if n := strings.Count(s.server.out.String(), "two Envoys have the same node ID"); n != 1 {
					t.Errorf("the log says %d times that they share an ID", n)
				}
			})
		})
	}
}
