package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Doctor looks at a server that runs, at one that does not, and at the file alone.
func TestDoctor(t *testing.T) {
	_, other, _ := serving(t, writeFile(t, "other.yaml", strings.Replace(minimal, "80", "81", 1)))
	file := writeFile(t, "livefilter.yaml", strings.Replace(minimal, "localhost, port: 80", "127.0.0.1, port: 1", 1))
	xdsAddress, adminAddress, _ := serving(t, file)
	state := filepath.Join(t.TempDir(), "state")
	out, stderr, code := command(t, "doctor", file, "--admin-address", adminAddress, "--xds-address", xdsAddress, "--state-dir", state)
	if code != 1 || stderr != "" {
		t.Errorf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{
		"ok       " + file + ": serve would take it: 0 filters, 1 upstream\n",
		"error    upstream a: 127.0.0.1:1 (127.0.0.1) cannot be reached from this machine: nobody listens there; change: upstreams[0].host or .port, or a firewall\n",
		"ok       state folder " + state + ": it is not there yet",
		"ok       admin port " + adminAddress + ": a livefilter server answers",
		"ok       port for Envoys " + xdsAddress + ": ",
		"ok       server " + adminAddress + ": NOT LIVE: no Envoy is connected\n",
		"ok, warnings: 0, errors: 1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := os.Stat(state); err == nil {
		t.Error("doctor made a folder")
	}

	out, _, code = command(t, "doctor", "--admin-address", adminAddress+","+other)
	if code != 1 || !strings.Contains(out, "error    servers: they serve different configs") || strings.Contains(out, "upstream") {
		t.Errorf("two servers: exit %d\n%s", code, out)
	}
	out, _, code = command(t, "doctor", writeFile(t, "broken.yaml", "filters: []\n"), "--admin-address", "127.0.0.1:1", "--xds-address", "127.0.0.1:1")
	if code != 1 || !strings.Contains(out, "broken.yaml:1:1: upstreams: is required\n") {
		t.Errorf("a broken file: exit %d\n%s", code, out)
	}
	if _, stderr, code = command(t, "doctor", "--admin-address", "nonsense"); code != exitUsage || !strings.Contains(stderr, "usage: xds-server doctor [FILE]") {
		t.Errorf("a wrong address: exit %d\n%s", code, stderr)
	}
}
