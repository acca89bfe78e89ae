package e2e

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// three has two Envoys that nothing happens to, and one behind a relay, far.
func three(t *testing.T, s *stack, bootstrapFlags []string, serveFlags ...string) (far *relay) {
	s.flags = serveFlags
	s.startServer()
	for _, id := range []string{"near-1", "near-2"} {
		s.startEnvoy(append(bootstrapFlags, "--node-id", id)...)
	}
	far = newRelay(t, s.xds)
	s.startEnvoy(append(bootstrapFlags, "--node-id", "far", "--server", far.address)...)
	eventually(t, "three are live", func() bool { return s.status().Live && s.running() == 3 })
	return far
}

// running counts the connected Envoys that run what is served.
func (s *stack) running() (n int) {
	for _, node := range s.status().Nodes {
		if node.Left.IsZero() && node.Live {
			n++
		}
	}
	return n
}

// connected counts the Envoys that are.
func (s *stack) connected() (n int) {
	for _, node := range s.status().Nodes {
		if node.Left.IsZero() {
			n++
		}
	}
	return n
}

// editNear saves another value, "two", and waits until the near ones run it.
func (s *stack) editNear() {
	s.t.Helper()
	before := s.status().Version
	s.cfg.Filters = fmt.Sprintf(userAgent, "two")
	s.save()
	eventually(s.t, "the near ones run the edit", func() bool {
		return s.status().Version != before && s.running() == 2
	})
}

// says waits until the output of `status` or `why` has these patterns: each learns of a thing at a moment of its own.
func (s *stack) says(command string, patterns ...string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		out, err := exec.Command(xdsServer, append(strings.Fields(command), "--admin-address", s.admin)...).Output()
		must(s.t, err)
		i := slices.IndexFunc(patterns, func(p string) bool { return !regexp.MustCompile(p).Match(out) })
		switch {
		case i < 0:
			return
		case time.Now().After(deadline):
			s.t.Fatalf("%s has no %s:\n%s", command, patterns[i], out)
		}
	}
}

// notLive waits for a while, and in vain.
func (s *stack) notLive(timeout time.Duration, words string) {
	s.t.Helper()
	_, stderr, code := s.statusCommand("--wait", "--timeout", timeout.String())
	if code != 1 || !strings.Contains(stderr, "not live after "+timeout.String()) || !strings.Contains(stderr, words) {
		s.t.Errorf("status --wait: exit %d, %q; want 1 and %q", code, stderr, words)
	}
}

func (s *stack) metric(name string) string {
	s.t.Helper()
	if found := regexp.MustCompile(`(?m)^` + name + ` (.*)$`).FindStringSubmatch(fetched(s.t, "http://"+s.admin+"/metrics")); found != nil {
		return found[1]
	}
	return ""
}
