package doctor

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/summary"
	"github.com/livefilter/livefilter/internal/version"
	"github.com/livefilter/livefilter/internal/xds"
)

func written(t *testing.T, findings []Finding, faulty bool) string {
	t.Helper()
	var b strings.Builder
	if got := Write(&b, findings); got != faulty {
		t.Errorf("faulty: %v", got)
	}
	return b.String()
}

func says(t *testing.T, findings []Finding, faulty bool, want string) {
	t.Helper()
	if got := written(t, findings, faulty); !strings.HasPrefix(got, want) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestFile(t *testing.T) {
	wrong := config.Errors{{Position: config.Position{File: "f.yaml", Line: 1, Column: 2}, Path: "upstreams", Message: "is required"}, {Position: config.Position{File: "f.yaml", Line: 3, Column: 1}, Message: "no"}}
	says(t, File("f.yaml", nil, wrong), true, "error    f.yaml:1:2: upstreams: is required\nerror    f.yaml:3:1: no\n\n0 ok, warnings: 0, errors: 2\n")
	says(t, File("f.yaml", nil, errors.New("read config: no")), true, "error    f.yaml: read config: no\n")
	_, err := os.ReadFile("no-such")
	says(t, File("no-such", nil, fmt.Errorf("read config: %w", err)), true, "error    no-such: no such file or directory; change: name the config, or let this user read it\n")
}

// A file that others may change, or whose secrets they may read, is told with the command that mends it.
func TestRights(t *testing.T) {
	dir := t.TempDir()
	for folder := dir; folder != os.TempDir() && folder != "/"; folder = filepath.Dir(folder) {
		must(t, os.Chmod(folder, 0o755)) //nolint:gosec // others get there
	}
	rights := func(modes map[string]os.FileMode) []Finding {
		var r Reads
		read := r.Remember(os.ReadFile)
		for _, name := range []string{"f.yaml", "keys.txt", "m.wasm", "ca.pem"} {
			path := filepath.Join(dir, name)
			content := map[string]string{"m.wasm": "\x00asm", "ca.pem": "-----BEGIN CERTIFICATE-----"}[name]
			must(t, os.WriteFile(path, []byte(content), 0o600))
			mode, named := modes[name]
			if !named {
				mode = 0o644
			}
			must(t, os.Chmod(path, mode))
			_, err := read(path)
			must(t, err)
		}
		return r.Rights(func(path string) bool { return modes["mount"] != 0 && filepath.Base(path) == "f.yaml" })
	}
	if exposed(dir) {
		says(t, rights(map[string]os.FileMode{"keys.txt": 0o644}), false, "warning  "+dir+"/keys.txt: any user of this machine can read it, and it may hold secrets (mode 0644); change: chmod o-r ")
		says(t, rights(map[string]os.FileMode{"keys.txt": 0o600, "f.yaml": 0o666}), true, "error    "+dir+"/f.yaml: any user of this machine can change it, and with it what Envoys run (mode 0666); change: chmod o-w ")
		must(t, os.Chmod(dir, 0o777)) //nolint:gosec // that is the fault
		says(t, rights(map[string]os.FileMode{"keys.txt": 0o600}), true, "error    "+dir+": any user of this machine can put another file in the place of one in it (mode 0777); change: chmod o-w ")
		must(t, os.Chmod(dir, 0o755)) //nolint:gosec // as before
	} else {
		t.Log("NOT TESTED: what others may do: this machine's temporary folder is for this user alone")
	}
	says(t, rights(map[string]os.FileMode{"keys.txt": 0o600}), false, "ok       rights: ")
	says(t, rights(map[string]os.FileMode{"keys.txt": 0o600, "mount": 1}), true, "error    "+dir+"/f.yaml: the file itself is mounted: an edit by rename (vim, sed -i) is never seen; change: mount its folder\n")
	must(t, os.Chmod(dir, 0o700))
	says(t, rights(map[string]os.FileMode{"f.yaml": 0o666}), false, "ok       rights: ")
}

func TestStateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	says(t, StateFolder(dir), false, "ok       state folder "+dir+": it is not there yet, serve makes it\n")
	must(t, os.Mkdir(dir, 0o700))
	says(t, StateFolder(dir), false, "ok       state folder "+dir+": the server alone may read it")
	must(t, os.Chmod(dir, 0o755)) //nolint:gosec // that is the fault
	says(t, StateFolder(dir), false, "warning  state folder "+dir+": it is not for the server alone, and holds keys and values (mode 0755); change: chmod 700 ")
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	says(t, StateFolder(file), true, "error    state folder "+file+": it is a file; change: name a folder\n")
	says(t, StateFolder(filepath.Join(file, "below")), true, "error    state folder "+file+"/below: not a directory\n")
	deep := filepath.Join(dir, "not", "there", "yet")
	says(t, StateFolder(deep), false, "ok       state folder "+deep+": it is not there yet, serve makes it\n")
}

func TestPorts(t *testing.T) {
	xdsPort, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	adminPort, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	x, a := xdsPort.Addr().String(), adminPort.Addr().String()
	findings, free := Ports(t.Context(), x, a, true)
	if got := written(t, findings, false); free || !strings.HasPrefix(got, "ok       admin port "+a+": a livefilter server answers") || !strings.Contains(got, "\nok       port for Envoys "+x+": ") {
		t.Error(got)
	}
	findings, _ = Ports(t.Context(), x, a, false)
	if got := written(t, findings, true); strings.Count(got, "error    ") != 2 || strings.Count(got, "in use") != 2 {
		t.Error(got)
	}
	must(t, xdsPort.Close())
	findings, _ = Ports(t.Context(), x, a, true)
	if got := written(t, findings, false); !strings.Contains(got, "warning  port for Envoys "+x+": free: the server") {
		t.Error(got)
	}
	must(t, adminPort.Close())
	findings, free = Ports(t.Context(), x, a, false)
	if got := written(t, findings, false); !free || strings.Count(got, ": free") != 2 {
		t.Error(got)
	}
	if findings, free = Ports(t.Context(), x, "192.0.2.1:1", false); len(findings) != 0 || free {
		t.Errorf("another machine's: %v", findings)
	}
}

func TestServers(t *testing.T) {
	refused := "f.yaml:1:1: no\nf.yaml:2:1: no"
	at := func(address string, s live.Status) summary.Server {
		if s.Build.Version == "" {
			s.Build = version.Of()
		}
		return summary.Server{Address: address, Status: s}
	}
	good := live.Status{Version: "2", Live: true, Connected: 1, Running: 1}
	for name, tt := range map[string]struct {
		all    summary.Servers
		faulty bool
		want   string
	}{
		"live":         {summary.Servers{at("a", good)}, false, "ok       server a: live on 1 of 1\n\n"},
		"unreachable":  {summary.Servers{{Address: "a", Err: errors.New("nobody listens")}}, true, "error    server a: nobody listens; change: start it, or correct --admin-address\n"},
		"another file": {summary.Servers{at("a", live.Status{Version: "1"})}, false, "warning  server a: it serves another config than f.yaml; change: xds-server plan f.yaml shows what it would change\n"},
		"a broken one": {summary.Servers{at("a", live.Status{Version: "2", Error: &refused})}, true, "error    server a: it serves the last good config, as the file is refused: f.yaml:1:1: no; f.yaml:2:1: no; change: "},
		"two configs": {
			summary.Servers{at("a", good), at("b", live.Status{Version: "1", Live: true})}, true,
			"ok       server a: live on 1 of 1\nwarning  server b: it serves another config than f.yaml; change: xds-server plan f.yaml shows what it would change\n" +
				"error    servers: they serve different configs, so that an Envoy runs what the one it meets has: 1 at b, 2 at a; change: give all of them the same file\n",
		},
		"another release": {summary.Servers{at("a", live.Status{Version: "2", Build: version.Build{Version: "v0.1.0", Go: "go1.20"}})}, false, "ok       server a: NOT LIVE: no Envoy is connected\nwarning  server a: it is livefilter v0.1.0, go1.20, and this program is "},
		"warnings": {
			summary.Servers{at("a", live.Status{Version: "2", Warnings: []string{"the certificate that Envoys are shown expires at noon"}, Denied: []xds.Denial{{Node: "x", Address: "10.0.0.1:2", Error: "no rule", Times: 1, Last: time.Now()}}})}, false,
			"ok       server a: NOT LIVE: no Envoy is connected\nwarning  server a: the certificate that Envoys are shown expires at noon\nwarning  server a: 1 client not admitted, the latest: x at 10.0.0.1:2: no rule (once); change: ",
		},
		"Envoys": {
			summary.Servers{at("a", live.Status{Version: "2", Live: true, Connected: 4, Running: 4, Nodes: []xds.Node{
				{ID: "one", Envoy: "1.40.0", Address: "a:1", Other: "b:1"}, {ID: "one", Envoy: "1.40.0", Address: "b:1", Other: "a:1"},
				{ID: "old", Envoy: "1.35.0", Unfit: "older than 1.36"}, {ID: "gone", Envoy: "1.20.0", Left: time.Now()},
				{ID: "failing", Envoy: "1.40.0", Traffic: &figures.Traffic{Problems: []string{"4 of 4 failed"}}},
			}})}, true,
			"ok       server a: live on 4 of 4\nok       Envoys: 1 of 1.35.0, 3 of 1.40.0\nerror    Envoy old: older than 1.36; change: its version, or how it is built and started\n" +
				"error    Envoy one: the ones at a:1 and b:1 have the same node ID: none of them is known from the other; change: give each a node ID of its own (bootstrap --node-id, or --service-node)\n" +
				"warning  Envoy failing: 4 of 4 failed\n",
		},
	} {
		t.Run(name, func(t *testing.T) { says(t, Servers(tt.all, "f.yaml", "2"), tt.faulty, tt.want) })
	}
	var many live.Status
	for range 500 {
		many.Nodes = append(many.Nodes, xds.Node{ID: "old", Unfit: "older than 1.36"})
	}
	if got := written(t, Servers(summary.Servers{at("a", many)}, "", ""), true); strings.Count(got, "error ") != maxEach+1 || !strings.Contains(got, "error    Envoys: 490 more like these\n") {
		t.Error(got)
	}
}
