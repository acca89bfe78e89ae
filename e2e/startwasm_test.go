package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// With --start-wasm V8 runs before there is a filter, and the first one comes as it else does.
func TestStartWasm(t *testing.T) {
	s := newStack(t)
	s.write(strings.Replace(s.text(), "filters:\n"+s.cfg.Filters, "filters: []", 1))
	s.startServer()
	s.startEnvoy("--start-wasm")
	s.live()
	if n := s.counter("wasm.envoy.wasm.runtime.v8.active"); n < 1 {
		t.Errorf("%d VMs run", n)
	}
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() == "one" {
		t.Errorf("without a filter the upstream sees %q", got.userAgent())
	}
	for i := range 3 {
		value := fmt.Sprint("value", i)
		s.makeLive(fmt.Sprintf(userAgent, value))
		if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != value {
			t.Errorf("the upstream sees %q, want %s", got.userAgent(), value)
		}
	}
	if !s.envoy.alive() || strings.Contains(s.envoy.out.String(), "[wasm]") {
		t.Errorf("Envoy says\n%s", s.envoy.out.String())
	}
}
