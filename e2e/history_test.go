package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
)

// command runs an xds-server command that asks the stack's server.
func (s *stack) command(args ...string) (out string, code int) {
	cmd := exec.Command(xdsServer, append(args, "--admin-address", s.admin)...)
	cmd.Dir = s.dir
	b, _ := cmd.CombinedOutput()
	return string(b), cmd.ProcessState.ExitCode()
}

func (s *stack) mustSay(want []string, args ...string) {
	s.t.Helper()
	out, code := s.command(args...)
	for _, w := range want {
		if code != 0 || !strings.Contains(out, w) {
			s.t.Errorf("%s: exit %d, no %q in\n%s", strings.Join(args, " "), code, w, out)
		}
	}
}

func (s *stack) history() (h live.History) {
	s.t.Helper()
	must(s.t, json.Unmarshal([]byte(fetched(s.t, "http://"+s.admin+"/history")), &h))
	return h
}

func (s *stack) read(name string) string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	must(s.t, err)
	return string(data)
}

// historyStack has a pool in a file, and three configs in its history: one, "one, two", and another pool.
func historyStack(t *testing.T) *stack {
	s := newStack(t)
	s.flags = []string{"--state-dir", "state"}
	s.keys("first-key")
	s.cfg.Filters = fmt.Sprintf(userAgent, "one")
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	s.makeLive(fmt.Sprintf(userAgent, "one, two"))
	s.makeLive("  - name: my-wasm-filter\n    headers: [{name: X-Key, values_from: keys.txt}]")
	return s
}

// Three edits, a rollback, and a restart: the file, the traffic and the history say the same.
func TestRollback(t *testing.T) {
	s := historyStack(t)
	s.mustSay([]string{"3  now  ", "edit", "live after ", "filter my-wasm-filter: reconfigured in place, no drain", "header user-agent: 1 value -> 2 values"}, "history")
	s.mustSay([]string{"config 3, edit, after 2:", "header user-agent: 1 value -> 2 values", "config 1, the first one"}, "why")
	s.mustSay([]string{"header user-agent: 2 values -> 1 value"}, "diff", "2", "1")
	s.mustSay([]string{"nothing: 3 and now mean the same"}, "diff", "3")
	s.mustSay([]string{"nothing: file and 3 mean the same"}, "diff", "file", "3")
	if h := s.history(); len(h.Entries) != 3 || h.Entries[0].N != 3 || !h.Entries[0].Now || h.Entries[2].From != "start" || h.Entries[0].Version != s.status().Version {
		t.Errorf("history: %+v", h)
	}
	old := s.text()
	stop := traffic(t, s.cfg.Port)
	s.mustSay([]string{"written back: livefilter.yaml", "config 4 is served, the rollback of 1", "live on 1 of 1"}, "rollback", "1")
	stop()
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" || !strings.Contains(s.read("livefilter.yaml"), "values: [one]") {
		t.Errorf("traffic has %q, the file is\n%s", got.userAgent(), s.read("livefilter.yaml"))
	}
	// A file that the config names comes back with it.
	s.keys("second-key")
	s.mustSay([]string{"written back: keys.txt\nwritten back: livefilter.yaml", "keys.txt.before-rollback", "the rollback of 3"}, "rollback", "3")
	if got := newClient(t).mustGet(t, s.cfg.Port); got.seen.Headers.Get("X-Key") != "first-key" || s.read("livefilter.yaml") != old || s.read("keys.txt.before-rollback") != "second-key\n" {
		t.Errorf("upstream saw %v", got.seen.Headers)
	}

	s.server.kill() // and no time to write anything down
	s.startServer()
	s.live()
	h := s.history()
	if len(h.Entries) != 5 || h.Entries[0].From != "rollback of 3" || !h.Entries[0].Now || h.Entries[0].Live.IsZero() || len(h.Entries[0].Changes) == 0 {
		t.Errorf("after a restart: %+v", h.Entries)
	}
	s.mustSay([]string{"config 5, as before the server was started"}, "why")
	s.mustSay([]string{"the rollback of 2"}, "rollback", "2")
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" && got.userAgent() != "two" {
		t.Errorf("after a restart: %q", got.userAgent())
	}
	if out, code := s.command("rollback", "77"); code != 1 || !strings.Contains(out, "no such entry in the history: 77, it has 1 to 6") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// A file that is broken is healed by going back to what is served, and nobody's work is lost.
func TestRollbackHeals(t *testing.T) {
	s := historyStack(t)
	version, text := s.status().Version, s.read("livefilter.yaml")
	const work = "filters: [ # half of an evening's work\n"
	s.write(work)
	s.server.await("config refused")
	if out, code := s.command("diff", "file", "now"); code != 1 || !strings.Contains(out, "the file on disk is refused: livefilter.yaml:1:") {
		t.Errorf("exit %d: %s", code, out)
	}
	s.mustSay([]string{"written back: livefilter.yaml", "never served is in livefilter.yaml.before-rollback", "config 3 is served, as before", "live on 1 of 1"}, "rollback", "now")
	if st := s.status(); st.Version != version || st.Error != nil || s.read("livefilter.yaml") != text || s.read("livefilter.yaml.before-rollback") != work {
		t.Errorf("%+v\n%s", st, s.read("livefilter.yaml"))
	}
	if h := s.history(); len(h.Entries) != 3 {
		t.Errorf("history: %+v", h)
	}
}

// Where the server may not write, or the config would be refused, all stays as it is, and the message
// says what to do.
func TestRollbackChangesNothing(t *testing.T) {
	s := newStack(t)
	data := filepath.Join(s.dir, "..2026_01_02")
	must(t, os.Mkdir(data, 0o755))
	swap := func(text string) {
		must(t, os.WriteFile(filepath.Join(s.dir, "..2026_01_02", "livefilter.yaml"), []byte(text), 0o600))
	}
	must(t, os.Remove(s.configPath()))
	must(t, os.Symlink("..2026_01_02", filepath.Join(s.dir, "..data")))
	must(t, os.Symlink("..data/livefilter.yaml", s.configPath()))
	first := s.text()
	swap(first)
	s.startServer()
	s.startEnvoy()
	s.live()
	s.cfg.Filters = fmt.Sprintf(userAgent, "two")
	swap(s.text())
	s.live()
	version := s.status().Version
	if out, code := s.command("rollback", "1"); code != 1 || !strings.Contains(out, "livefilter.yaml cannot be written back: its folder is swapped as a whole (a ConfigMap or Secret, by ..data)") {
		t.Errorf("exit %d: %s", code, out)
	}
	must(t, os.Remove(s.configPath()))
	s.write(s.text())
	s.live()
	must(t, os.Remove(filepath.Join(s.dir, "ca.pem"))) // which the entry has, but not the folder
	s.server.await("config refused")
	s.mustSay([]string{"written back: ca.pem\nwritten back: livefilter.yaml", "the rollback of 1"}, "rollback", "1")
	if s.status().Version == version || s.read("livefilter.yaml") != first {
		t.Error("not rolled back")
	}
}
