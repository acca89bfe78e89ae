package e2e

import (
	"syscall"
	"testing"
	"time"
)

// An Envoy that is cut off and misses an edit is remembered, and nothing is live without it.
func TestCutOff(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		far := three(t, s, bootstrapFlags)
		far.cut()
		eventually(t, "far is gone", func() bool { return s.connected() == 2 })
		s.live() // it runs what is served
		s.editNear()
		s.notLive(5*time.Second, "far left ")
		s.says("status", `NOT LIVE: runs on 2 of 3`, `far left \S+ ago and runs TypedExtensionConfig [0-9a-f]{16}\n`)
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
		s.editNear()
		s.live()
		if took := time.Since(cut); took < after {
			t.Errorf("live %s after the cut", took)
		}
		s.says("status", `live on 2 of 2`, `far left \S+ ago`)
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
		s.notLive(5*time.Second, "connected Envoys: 2, expected: 3")
		s.says("status", `NOT LIVE: runs on 2 of 3`)
		s.says("why", `live after`)
		s.editNear()
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
		s.editNear()
		s.notLive(8*time.Second, "far: TypedExtensionConfig: sent ")
		s.says("status", `NOT LIVE: runs on 2 of 3`)
		s.says("why", `live on 2 of 3`)
		eventually(t, "keepalive takes it for dead", func() bool { return s.connected() == 2 })
		s.server.await(`level=WARN msg="envoy disconnected and does not run what is served" node=far`)
		s.notLive(5*time.Second, "far left ")
		must(t, s.envoy.cmd.Process.Signal(syscall.SIGCONT))
		s.live()
		s.says("status", `live on 3 of 3`)
	})
}
