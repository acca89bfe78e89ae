//go:build compose

package compose

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Another file of config/, chosen by the environment. The machine need not reach the Internet: then Envoy says so.
func TestOtherConfig(t *testing.T) {
	p := newProject(t, "LIVEFILTER_CONFIG=whatsmyua.yaml")
	p.run("up", "--detach", "--wait")
	p.live()
	dump := p.run("exec", "envoy", "bash", "-c",
		`exec 3<>/dev/tcp/127.0.0.1/9901; printf 'GET /config_dump HTTP/1.1\r\nHost: envoy\r\nConnection: close\r\n\r\n' >&3; cat <&3`)
	for _, want := range []string{`"address": "www.whatsmyua.info"`, `"port_value": 443`, `"sni": "www.whatsmyua.info"`, "my-wasm-filter"} {
		if !strings.Contains(dump, want) {
			t.Errorf("no %s in Envoy's config", want)
		}
	}
	resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/api/v1/ua", ingress))
	must(t, err)
	resp.Body.Close()
	t.Logf("www.whatsmyua.info: %s", resp.Status)
	if got := resp.Header.Get("X-Proxy-Wasm"); got != "my-wasm-filter" {
		t.Errorf("x-proxy-wasm: %q", got)
	}
}

// A umask of 077 leaves files that nobody else can read, not even the containers: unless they run as the user.
func TestFilesOfTheUserAlone(t *testing.T) {
	p := newProject(t)
	for _, folder := range []string{"config", "bootstrap"} {
		must(t, filepath.WalkDir(filepath.Join(p.dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				return os.Chmod(path, 0o700)
			} else if err == nil {
				return os.Chmod(path, 0o600)
			}
			return err
		}))
	}
	if out, err := p.compose("up", "--detach", "--wait"); err == nil {
		t.Errorf("up succeeded without a config that it can read:\n%s", out)
	}
	if logs := p.run("logs", "xds-server"); !strings.Contains(logs, "config/livefilter.yaml: permission denied") {
		t.Errorf("the log does not name what cannot be read:\n%s", logs)
	}
	p.down()

	owner := fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid())
	p.env = []string{"LIVEFILTER_USER=" + owner}
	p.run("up", "--detach", "--wait")
	p.saveToLive(owner + ", the file's owner")
}
