package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A server that is started over a broken file serves what every Envoy ran last, modules
// included, and says so everywhere; the next good save works.
func TestLastGoodAcrossARestart(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	s := newStack(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "mark.wasm"), mark, 0o600))
	s.cfg.Filters += "\n  - {name: mark, module: mark.wasm}"
	s.save()
	s.flags = []string{"--state-dir", "state"}
	s.startServer()
	s.startEnvoy()
	s.live()
	s.server.await("kept for a restart")
	version := s.status().Version

	must(t, os.Remove(filepath.Join(s.dir, "mark.wasm")))
	s.server.await("config refused")
	s.server.kill()
	s.envoy.kill()
	s.startServer()
	s.startEnvoy() // a new Envoy gets it too
	s.server.await("the one kept before the restart is served")
	eventually(t, "the Envoy runs what was kept", func() bool {
		st := s.status()
		return len(st.Nodes) == 1 && st.Nodes[0].Live && st.Version == version
	})
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" || got.header.Get("X-Module") != "a" {
		t.Errorf("got %+v", got)
	}
	const words = `filters[1].module: cannot read "mark.wasm"`
	if st := s.status(); st.Live || st.Error == nil || !strings.Contains(*st.Error, words) {
		t.Errorf("status: %+v", st)
	}
	for page, want := range map[string]string{"/readyz": words, "/metrics": "livefilter_config_last_reload_successful 0"} {
		resp, err := http.Get("http://" + s.admin + page)
		must(t, err)
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, no %q", page, resp.Status, want)
		}
	}
	s.makeLive(fmt.Sprintf(userAgent, "two"))
}

// A config that was served and that Envoy runs is the one to start with, also where a broken
// save followed at once: a restart takes nobody back to something older.
func TestLastGoodIsWhatRan(t *testing.T) {
	s := newStack(t)
	s.flags = []string{"--state-dir", "state"}
	s.startServer()
	s.startEnvoy()
	s.live()
	s.server.await("kept for a restart")
	s.makeLive(fmt.Sprintf(userAgent, "two"))
	version := s.status().Version
	s.write("filters: [")
	s.server.await("config refused")
	s.server.await(`kept for a restart" version=` + version)
	must(t, s.server.cmd.Process.Signal(syscall.SIGHUP))
	s.server.await(`config is loaded again" reason=SIGHUP`)
	s.server.await("config is still refused")
	s.server.kill()
	s.startServer()
	if st := s.status(); st.Version != version {
		t.Errorf("serves %s, and the Envoy ran %s", st.Version, version)
	}
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "two" {
		t.Errorf("got %+v", got)
	}
}

// State that cannot be trusted is not served, and the message says where it is.
func TestDamagedStateIsRefused(t *testing.T) {
	s := newStack(t)
	s.flags = []string{"--state-dir", "state"}
	s.startServer()
	s.startEnvoy()
	s.live()
	s.server.await("kept for a restart")
	s.server.kill()
	s.write("filters: [")
	kept, err := filepath.Glob(filepath.Join(s.dir, "state", "livefilter-config-*"))
	must(t, err)
	if len(kept) != 1 {
		t.Fatalf("kept: %q", kept)
	}
	must(t, os.WriteFile(kept[0], []byte("{}"), 0o600))
	p := start(t, "xds-server", s.dir, xdsServer, "serve", "--config", "livefilter.yaml", "--state-dir", "state",
		"--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0")
	out := ""
	if code := p.wait(); code == 1 {
		out = p.out.String()
	}
	for _, want := range []string{"livefilter.yaml:1:", "state: " + filepath.Base(kept[0]) + " was not written by livefilter"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
}
