package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// copyModule copies a module of testdata to where the config file is.
func (s *stack) copyModule(name string) {
	s.t.Helper()
	code, err := os.ReadFile("testdata/" + name + ".wasm")
	must(s.t, err)
	must(s.t, os.WriteFile(filepath.Join(s.dir, name+".wasm"), code, 0o600))
}

// A module's config may be in a file of its own, which is watched.
func TestConfigFrom(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		s.copyModule("moody")
		put := func(text string) { must(t, os.WriteFile(filepath.Join(s.dir, "moody.txt"), []byte(text), 0o600)) }
		put("a")
		s.makeLive("  - {name: m, module: moody.wasm, config_from: moody.txt}")
		stop := traffic(t, s.cfg.Port)
		for _, letter := range []string{"a", "c"} {
			put(letter)
			s.live()
			if got := newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Moody"); got != letter {
				t.Errorf("told %q, says %q", letter, got)
			}
		}
		stop()
	})
}

// A module finds its variables, and those of an edit.
func TestEnv(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		s.copyModule("pair")
		stop := traffic(t, s.cfg.Port)
		for _, env := range []string{"", "fast", "slow", ""} {
			field, want := "", ""
			if env != "" {
				field, want = ", env: {MODE: "+env+"}", "MODE="+env
			}
			s.makeLive("  - {name: p, module: pair.wasm" + field + "}")
			if got := newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Env"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		stop()
	})
}

// Filters of a group run in one VM and see each other's shared data, those of none do not.
func TestShare(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		s.copyModule("pair")
		const vm = 4 // of each module: one to copy, and one each for the main thread and two workers
		before := s.counter("wasm.envoy.wasm.runtime.v8.active")
		vms := func(n int) {
			t.Helper()
			eventually(t, fmt.Sprintf("%d VMs", n), func() bool { return s.counter("wasm.envoy.wasm.runtime.v8.active") == before+n*vm })
		}
		counts := func(c *client, want string) {
			t.Helper()
			h := c.mustGet(t, s.cfg.Port).header
			if got := fmt.Sprint(h["X-Vm"], h["X-Shared"]); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		s.makeLive("  - {name: a, module: pair.wasm}\n  - {name: b, module: pair.wasm}")
		vms(2)
		counts(newClient(t), "[1 1] [1 1]")
		c := newClient(t) // stays with one worker
		together := func(of string) string {
			return "  - {name: a, module: pair.wasm, share: g" + of + "}\n  - {name: b, module: pair.wasm, share: g}"
		}
		s.makeLive(together(""))
		vms(1)
		counts(c, "[1 2] [1 2]")
		counts(c, "[3 4] [3 4]")
		s.makeLive(together(", config: 1")) // of one, which stays in the VM
		vms(1)
		counts(c, "[5 6] [5 6]")
	})
}

// What becomes of requests after a crash is what fail says, until the filter is edited. The request
// that it crashed with is lost in any case.
func TestFail(t *testing.T) {
	for fail, want := range map[string]int{"closed": http.StatusServiceUnavailable, "open": http.StatusOK} {
		t.Run(fail, func(t *testing.T) {
			protocols(t, func(t *testing.T, s *stack) {
				s.copyModule("crash")
				filter := "  - {name: c, module: crash.wasm, fail: " + fail
				s.makeLive(filter + "}")
				c := newClient(t)
				c.http.Transport.(*http.Transport).DisableCompression = true
				ask := func(what string, want int, edit ...func(*http.Request)) {
					t.Helper()
					if a, err := c.get(t.Context(), s.cfg.Port, edit...); a.status != want {
						t.Errorf("%s: status %d, %v, want %d", what, a.status, err, want)
					}
				}
				crash := func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }
				for _, config := range []string{", config: 1}", ", config: 2}"} {
					ask("before", http.StatusOK)
					ask("the crash", http.StatusServiceUnavailable, crash)
					for range 5 {
						ask("after the crash", want)
						ask("what it crashes with, again", want, crash)
					}
					s.makeLive(filter + config)
				}
				ask("edited", http.StatusOK)
			})
		})
	}
}
