package xds

import "testing"

// Counts says what Fleet says: of Envoys that run what is served, that do not, and that left.
func TestCounts(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		agree := func(what string, connected, running, gone int) {
			t.Helper()
			eventually(t, what, func() bool {
				c, r, g := s.Counts()
				f := s.Fleet()
				return c == connected && r == running && g == gone &&
					f.Connected == connected && f.Running == running && f.Gone == gone
			})
		}
		set(t, s, "a", "a", map[string]string{"f": "1"})
		c := connect()
		join(c, "f")
		agree("it runs what is served", 1, 1, 0)
		set(t, s, "a", "a", map[string]string{"f": "2"})
		agree("it was sent another filter", 1, 0, 0)
		c.answer(c.recv(), "no")
		agree("it refused it", 1, 0, 0)
		set(t, s, "a", "a", map[string]string{"f": "3"})
		c.answer(c.recv(), "")
		agree("it accepted the next one", 1, 1, 0)
		hangUp(t, c)
		agree("it left", 0, 0, 0)
		set(t, s, "a", "a", map[string]string{"f": "4"})
		agree("another one came after that", 0, 0, 1)
	})
}
