package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Of two servers of one fleet status says together what is live, and first that they serve different files; --watch
// has a line for each change.
func TestStatusOfTwoServers(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	other := *s
	other.dir, other.xds, other.admin = t.TempDir(), "", ""
	ca, err := os.ReadFile(filepath.Join(s.dir, "ca.pem"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(other.dir, "ca.pem"), ca, 0o600))
	other.save()
	other.startServer()

	both := *s
	both.admin += "," + other.admin
	both.live()
	both.says("status", `^live on 1 of 1, at 2 servers\n`)
	watched := start(t, "watch", s.dir, xdsServer, "status", "--watch", "--admin-address", both.admin)
	watched.await(`(?m)^\S+  live on 1 of 1, at 2 servers$`)

	other.write(strings.Replace(other.text(), "one", "two", 1))
	both.says("status", `^NOT LIVE: the servers serve different versions: `)
	watched.await(`(?m)^\S+  NOT LIVE: the servers serve different versions: `)
	s.write(strings.Replace(s.text(), "one", "two", 1))
	both.live()
	watched.await(`(?s)different versions.* live on 1 of 1, at 2 servers\n$`)
	s.server.terminate()
	watched.await(`(?m)^\S+  NOT KNOWN: ` + s.admin + ` does not answer$`)
	must(t, watched.cmd.Process.Signal(os.Interrupt))
	if code := watched.wait(); code != 0 {
		t.Errorf("Ctrl-C: exit %d", code)
	}
}
