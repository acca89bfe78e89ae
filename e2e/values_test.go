package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const bearer = "  - name: keys\n    headers:\n      - {name: Authorization, prefix: \"Bearer \", %s}"

// authorizations are what the upstream gets of many requests.
func (s *stack) authorizations(n int) map[string]bool {
	s.t.Helper()
	seen := map[string]bool{}
	c := newClient(s.t)
	for range n {
		seen[strings.Join(c.mustGet(s.t, s.cfg.Port).seen.Headers["Authorization"], "|")] = true
	}
	return seen
}

// sends waits until the upstream got each of these, and fails if it got another one.
func (s *stack) sends(values ...string) {
	s.t.Helper()
	all := map[string]bool{}
	eventually(s.t, "all of "+strings.Join(values, ", "), func() bool {
		for v := range s.authorizations(20) {
			all[v] = true
		}
		for _, v := range values {
			if !all[v] {
				return false
			}
		}
		return true
	})
	if len(all) != len(values) {
		s.t.Errorf("the upstream got %v, want %v", all, values)
	}
}

// Keys arrive as they are meant, with the prefix, from files as editors write them. What cannot be
// meant is refused by line, and the keys of before go on.
func TestKeyFiles(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		put := func(name, text string) { must(t, os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600)) }
		put("keys.txt", "\ufeff# of team a\r\nk1\r\n\r\n  k2\t\r\n# k3\r\n")
		s.makeLive(strings.Replace(bearer, "%s", "values_from: keys.txt", 1))
		s.sends("Bearer k1", "Bearer k2")
		for text, refused := range map[string]string{
			"k1\nk\u200b2\n":  `"keys.txt", line 2: has U+200B (zero width space)`,
			"k1\n${API_KEY}":  `"keys.txt", line 2: has a variable`,
			"\"k1\"\n":        `"keys.txt", line 1: is in quotes`,
			"k1\nBearer k2\n": `"keys.txt", line 2: begins with the prefix already`,
		} {
			put("keys.txt", text)
			s.mustRefuse(refused)
		}
		s.sends("Bearer k1", "Bearer k2")
		put("keys.txt", "k4\n")
		s.live()
		s.sends("Bearer k4")
		put("keys.jsonl", "\"k5\"\n{\"value\": \"k6\", \"weight\": 2}\n")
		s.makeLive(strings.Replace(bearer, "%s", "values_from: keys.jsonl", 1))
		s.sends("Bearer k5", "Bearer k6")
	})
}

// Keys come from the environment of the server; what was kept of them outlives a start without.
func TestKeysFromTheEnvironment(t *testing.T) {
	t.Setenv("E2E_KEY_A", "k1\n")
	t.Setenv("E2E_KEY_B", "k2")
	s := newStack(t)
	s.flags = []string{"--state-dir", "state"}
	s.startServer()
	s.startEnvoy()
	s.makeLive(strings.Replace(bearer, "%s", "values_from_env: [E2E_KEY_A, E2E_KEY_B]", 1))
	s.sends("Bearer k1", "Bearer k2")
	s.server.await("kept for a restart.*version=" + s.status().Version)

	s.server.kill()
	must(t, os.Unsetenv("E2E_KEY_B"))
	s.startServer()
	s.server.await("the one kept before the restart is served")
	s.mustRefuse(`values_from_env[1]: "E2E_KEY_B" is not set in the environment of this process`)
	s.sends("Bearer k1", "Bearer k2")
	s.makeLive(strings.Replace(bearer, "%s", "values_from_env: E2E_KEY_A", 1))
	s.sends("Bearer k1")
}
