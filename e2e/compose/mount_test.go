//go:build compose

package compose

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const mountedConfig = `listener: {address: 0.0.0.0, port: 10000}
filters: [{name: f, headers: [{name: x, values: [one]}]}]
upstreams: [{name: u, host: 127.0.0.1, port: 1}]
`

// A file that is mounted by itself shows writes and hides renames, which the server says, once each.
func TestSingleFileMount(t *testing.T) {
	p := newProject(t)
	path := filepath.Join(p.dir, "alone.yaml")
	save := func(save, value string) {
		saves[save](t, path, strings.ReplaceAll(mountedConfig, "one", value))
	}
	save("in place", "one")
	id := docker(t, "run", "--detach", "--read-only", "--network=none", "--volume", path+":/etc/livefilter/config/livefilter.yaml:ro",
		projectName+"-xds-server")
	t.Cleanup(func() { docker(t, "rm", "--force", "--volumes", id) })
	logs := func() string {
		out, err := exec.Command("docker", "logs", id).CombinedOutput()
		must(t, err)
		return string(out)
	}
	says := func(what string, times int) {
		t.Helper()
		eventually(t, fmt.Sprintf("the log says %d times %s", times, what), func() bool { return strings.Count(logs(), what) >= times })
	}
	once := func(what string) {
		t.Helper()
		if n := strings.Count(logs(), what); n != 1 {
			t.Errorf("said %d times: %s\n%s", n, what, logs())
		}
	}
	const served, mounted, replaced = `msg="config is served"`, "single file is mounted, not its folder", "mount its folder instead"

	says(mounted, 1)
	save("in place", "two")
	says(served, 2)
	inode := func() os.FileInfo { info, err := os.Stat(path); must(t, err); return info }
	before := inode()
	save("by rename", "three")
	if os.SameFile(before, inode()) {
		t.Fatal("that was no rename")
	}
	says(replaced, 1)
	out := docker(t, "exec", id, "xds-server", "status")
	if !strings.Contains(out, "NOT LIVE") || !strings.Contains(out, "mount its folder instead") {
		t.Errorf("status does not say why the edit is not live:\n%s", out)
	}
	once(mounted)
	once(replaced)
	docker(t, "restart", id) // Docker looks the name up again
	says(served, 3)
}
