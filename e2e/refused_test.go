package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withoutV8 makes an Envoy refuse every Wasm filter, which preflight passes.
var withoutV8 = []string{"--disable-extensions", "envoy.wasm.runtime/envoy.wasm.runtime.v8"}

// picky is a filter that Envoys refuse whose ID begins with the letter of its config, and
// preflight does not. It marks responses with the letter.
const picky = "  - {name: mark, module: picky.wasm, config: %s}"

func (s *stack) addPicky() {
	module, err := os.ReadFile("testdata/picky.wasm")
	must(s.t, err)
	must(s.t, os.WriteFile(filepath.Join(s.dir, "picky.wasm"), module, 0o600))
}

// variants runs test in both variants of xDS, with a stack in which nothing runs yet.
func variants(t *testing.T, test func(t *testing.T, s *stack, bootstrapFlags ...string)) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newStack(t), flags...)
		})
	}
}

// mustRefuse waits until the file is live or refused: it must be refused, in these words.
func (s *stack) mustRefuse(words string) {
	s.t.Helper()
	_, stderr, code := s.statusCommand("--wait", "--timeout", patience.String())
	if code != 1 || !strings.Contains(stderr, words) {
		s.t.Fatalf("status --wait: exit %d, %q; want 1 and %q", code, stderr, words)
	}
}

// neverLive is mustRefuse for as long as it takes the server to try once more.
func (s *stack) neverLive(words string) {
	s.t.Helper()
	s.mustRefuse(words)
	s.server.await("sent a NACK again")
	s.mustRefuse(words)
	if out := s.server.out.String(); strings.Contains(out, "config is live") {
		s.t.Errorf("the log says live")
	}
}

// What an Envoy refused is live nowhere: not after a restart of the server, not on another
// server, and it is not kept for a restart, though Envoy acknowledges a filter unseen that
// it refused before. Traffic goes on as it was before.
func TestRefusedStaysRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		envoyFlags    []string
		before, after string // filters
		words         string
		status        []string
		sees          func(answer) string
		want          string
	}{
		"new filter": {
			withoutV8, "  []", fmt.Sprintf(userAgent, "one"), "Unable to create Wasm plugin my-wasm-filter",
			[]string{"NOT LIVE: runs on 0 of 1", "ingress goes without filter my-wasm-filter, which this Envoy refused"},
			answer.userAgent, "Go-http-client/1.1",
		},
		"update": {
			nil, fmt.Sprintf(picky, "1"), fmt.Sprintf(picky, "e"), "Unable to create Wasm plugin mark",
			[]string{"NOT LIVE: runs on 0 of 1", `livefilter\.yaml:3:5: filters\[0\]: refused: Unable to create Wasm plugin mark`},
			func(a answer) string { return a.header.Get("X-Module") }, "1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
				s.addPicky()
				s.flags, s.envoyFlags = []string{"--state-dir", "state"}, tt.envoyFlags
				s.cfg.Filters = tt.before
				s.save()
				s.startServer()
				r := newRelay(t, s.xds)
				s.startEnvoy(append(bootstrapFlags, "--server", r.address)...)
				s.live()
				s.server.await("kept for a restart")
				version := s.status().Version
				stop := traffic(t, s.cfg.Port, func(a answer) error {
					if got := tt.sees(a); a.status != http.StatusOK || got != tt.want {
						return fmt.Errorf("%d, and the filter shows %q", a.status, got)
					}
					return nil
				})
				s.cfg.Filters = tt.after
				s.save()
				s.mustRefuse(tt.words)
				s.says("why", `live on 0 of 1, refused by Envoy`)
				s.says("status", tt.status...)
				s.server.kill()
				s.startServer()
				s.neverLive(tt.words)

				replica := *s
				replica.xds, replica.admin, replica.flags = "", "", nil
				replica.startServer()
				r.turn(replica.xds)
				replica.neverLive(tt.words)
				r.turn(s.xds)

				s.server.kill()
				s.write("filters: [")
				s.startServer()
				eventually(t, "the Envoy runs what was kept", func() bool {
					st := s.status()
					return len(st.Nodes) == 1 && st.Nodes[0].Live
				})
				if got := s.status().Version; got != version {
					t.Errorf("over a broken file %s is served, and %s ran", got, version)
				}
				s.cfg.Filters = strings.Replace(tt.before, "config: 1", "config: 2", 1)
				stop()
				s.save()
				s.live()
			})
		})
	}
}
