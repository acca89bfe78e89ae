package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

const retryOnce = "\n    retry: {on: [429], tries: 2}"

// module is a filter of the config file, made of testdata/NAME.wasm.
func (s *stack) module(name, config, rest string) string {
	code, err := os.ReadFile(filepath.Join("testdata", name+".wasm"))
	must(s.t, err)
	must(s.t, os.WriteFile(filepath.Join(s.dir, name+".wasm"), code, 0o600))
	return fmt.Sprintf("\n  - name: %s\n    module: %[1]s.wasm\n    config: %s%s", name, config, rest)
}

// another is an upstream that tells itself apart by "x-backend: another"; save follows.
func (s *stack) another() {
	echo := uaecho.Handler()
	ca, port := upstreamWith(s.t, uaecho.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Backend", "another")
		echo.ServeHTTP(w, r)
	})})
	must(s.t, os.WriteFile(filepath.Join(s.dir, "another.pem"), ca, 0o600))
	s.cfg.UpstreamPort, s.cfg.CA = port, "another.pem"
}

// shows waits until a new connection gets an answer that ok is content with.
func (s *stack) shows(what string, ok func(answer) bool) {
	s.t.Helper()
	eventually(s.t, what, func() bool {
		a, err := newClient(s.t).get(s.t.Context(), s.cfg.Port)
		return err == nil && ok(a)
	})
}

// passes is a check of traffic: no request goes past the filter that was there before.
func passes(a answer) error {
	if ua := a.userAgent(); ua != "one" && ua != "two" {
		return fmt.Errorf("user-agent %q", ua)
	}
	return nil
}

// A new filter that only Envoy refuses stops no request, on open connections or new ones, and
// none of the edits that follow; Envoys that start meanwhile open their port.
func TestRefusedNewFilter(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		for chain, retry := range map[string]string{"listener": "", "cluster": retryOnce} {
			for _, onMissing := range []string{"block", "pass"} {
				t.Run(fmt.Sprintf("%s, %s, %s", name, chain, onMissing), func(t *testing.T) {
					t.Parallel()
					s := newStack(t)
					s.cfg.FilterConfig += ", on_missing: " + onMissing
					s.save()
					s.startServer()
					s.startEnvoy(flags...)
					s.live()
					refusedNewFilter(s, retry, flags)
				})
			}
		}
	}
}

func refusedNewFilter(s *stack, retry string, flags []string) {
	stop := traffic(s.t, s.cfg.Port, passes)
	agent := fmt.Sprintf(userAgent, "two")
	s.cfg.Filters = agent + s.module("moody", "b", retry)
	s.save()
	s.server.await("envoy sent a NACK.*moody")
	s.shows("what came with it", func(a answer) bool { return a.userAgent() == "two" })
	s.cfg.Filters += s.module("mark", "x", "")
	s.save()
	s.shows("a filter that is added later", func(a answer) bool { return a.header.Get("X-Module") == "a" })
	s.another()
	s.save()
	s.shows("another upstream", func(a answer) bool { return a.header.Get("X-Backend") == "another" })
	stop()

	s.cfg.Port = freePort(s.t)
	s.save()
	whole := func(a answer) bool { return a.userAgent() == "two" && a.header.Get("X-Module") == "a" }
	s.shows("another port", whole)
	s.envoy.kill()
	s.startEnvoy(flags...)
	s.shows("an Envoy that starts", whole)
	if st := s.status(); st.Live {
		s.t.Errorf("status: %+v", st)
	}
	stop = traffic(s.t, s.cfg.Port, passes)
	s.makeLive(agent + s.module("moody", "a", retry) + s.module("mark", "x", ""))
	for range 20 {
		if a := newClient(s.t).mustGet(s.t, s.cfg.Port); !whole(a) || a.header.Get("X-Moody") != "a" {
			s.t.Errorf("the mended filter is live, and there is an answer %v", a.header)
		}
	}
	stop()
}
