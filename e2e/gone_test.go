package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
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

// edit saves another value, and waits until so many Envoys run it.
func (s *stack) edit(value string, running int) {
	s.t.Helper()
	before := s.status().Version
	s.cfg.Filters = fmt.Sprintf(userAgent, value)
	s.save()
	eventually(s.t, fmt.Sprintf("%s runs on %d", value, running), func() bool {
		return s.status().Version != before && s.running() == running
	})
}

// says holds the output of `status` or `why` to patterns.
func (s *stack) says(command string, patterns ...string) {
	s.t.Helper()
	out, err := exec.Command(xdsServer, command, "--admin-address", s.admin).Output()
	must(s.t, err)
	for _, p := range patterns {
		if !regexp.MustCompile(p).Match(out) {
			s.t.Errorf("%s has no %s:\n%s", command, p, out)
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
	resp, err := http.Get("http://" + s.admin + "/metrics")
	must(s.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(s.t, err)
	if found := regexp.MustCompile(`(?m)^` + name + ` (.*)$`).FindSubmatch(body); found != nil {
		return string(found[1])
	}
	return ""
}

// An Envoy that is cut off and misses an edit is remembered, and nothing is live without it.
func TestCutOff(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		far := three(t, s, bootstrapFlags)
		far.cut()
		eventually(t, "far is gone", func() bool { return s.connected() == 2 })
		s.live() // it runs what is served
		s.edit("two", 2)
		s.notLive(2*time.Second, "far left ")
		s.says("status", `NOT LIVE: runs on 2 of 3`, `far left \d+s ago and runs TypedExtensionConfig [0-9a-f]{16}\n`)
		s.says("why", `live on 2 of 3`)
		if got := s.metric("livefilter_xds_envoys_gone"); got != "1" {
			t.Errorf("envoys_gone: %q", got)
		}
		far.turn(s.xds)
		s.live()
		s.says("status", `live on 3 of 3`)
		if got := s.metric("livefilter_xds_envoys_gone"); got != "0" {
			t.Errorf("envoys_gone: %q", got)
		}
		for range 20 {
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "two" {
				t.Fatalf("live, and one of the three has %q", got.userAgent())
			}
		}
	})
}

// After --gone-after, and no sooner, those who are left decide.
func TestGoneAfter(t *testing.T) {
	const after = 3 * time.Second
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		far := three(t, s, bootstrapFlags, "--gone-after", after.String())
		cut := time.Now()
		far.cut()
		eventually(t, "far is gone", func() bool { return s.connected() == 2 })
		s.edit("two", 2)
		s.live()
		if took := time.Since(cut); took < after {
			t.Errorf("live %s after the cut", took)
		}
		s.says("status", `live on 2 of 2`, `far left \d+s ago`)
		far.turn(s.xds)
		eventually(t, "far runs it too", func() bool { return s.running() == 3 })
		s.says("status", `live on 3 of 3`)
	})
}

// With fewer Envoys than are expected nothing is live.
func TestExpectEnvoys(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		far := three(t, s, bootstrapFlags, "--expect-envoys", "3")
		far.cut()
		eventually(t, "far is gone", func() bool { return s.connected() == 2 })
		s.notLive(2*time.Second, "connected Envoys: 2, expected: 3")
		s.says("status", `NOT LIVE: runs on 2 of 3`)
		s.says("why", `live after`)
		s.edit("two", 2)
		s.says("why", `live on 2 of 3`)
		far.turn(s.xds)
		s.live()
	})
}

// One that is frozen does not run an edit, also once its connection counts as dead.
func TestFrozen(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		three(t, s, bootstrapFlags)
		must(t, s.envoy.cmd.Process.Signal(syscall.SIGSTOP))
		s.edit("two", 2)
		s.notLive(8*time.Second, "far: TypedExtensionConfig: sent ")
		s.says("status", `NOT LIVE: runs on 2 of 3`)
		s.says("why", `live on 2 of 3`)
		eventually(t, "keepalive takes it for dead", func() bool { return s.connected() == 2 })
		s.notLive(2*time.Second, "far left ")
		must(t, s.envoy.cmd.Process.Signal(syscall.SIGCONT))
		s.live()
		s.says("status", `live on 3 of 3`)
	})
}
