package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/livefilter/livefilter/internal/builtin"
)

// Each rendering is a folder testdata/render/NAME with the files that `xds-server render`
// writes, or with what it prints, which is in a file "printed".
// `go test ./cmd/xds-server -run Render -update` rewrites them.
func TestRender(t *testing.T) {
	for name, args := range map[string]string{
		"envoy":                 "two.yaml",
		"envoy-files":           "two.yaml -o OUT",
		"envoy-inline":          "plain.yaml",
		"envoy-json":            "own.yaml --json",
		"envoy-retry":           "retry.yaml -o OUT",
		"xds":                   "own.yaml --format xds",
		"snippet":               "two.yaml --format snippet --insecure",
		"snippet-options":       "two.yaml --format snippet --server [::1]:7 --sotw --on-missing pass",
		"istio":                 "two.yaml --format istio -o OUT",
		"istio-ca":              "own.yaml --format istio -o OUT --name on --namespace 12e3 --selector app.kubernetes.io/name=yes",
		"istio-any-host":        "two.yaml --format istio -o OUT --any-host",
		"istio-match":           "match.yaml --format istio -o OUT",
		"istio-plain":           "plain.yaml --format istio -o OUT",
		"istio-retry":           "retry.yaml --format istio -o OUT",
		"istio-upstream":        "upstream.yaml --format istio -o OUT",
		"snippet-retry":         "retry.yaml --format snippet --insecure",
		"istio-live":            "two.yaml --format istio-live --insecure",
		"istio-live-options":    "own.yaml --format istio-live -o OUT --server 10.0.0.1:7 --sotw --on-missing block --name a --namespace b --selector c=d --insecure",
		"envoy-gateway":         "two.yaml --format envoy-gateway --insecure",
		"envoy-gateway-options": "own.yaml --format envoy-gateway --name a --namespace b --gateway c --listener tcp-80 --insecure",
		"snippet-tls":           "two.yaml --format snippet -o OUT --folder /etc/envoy " + mtlsFlags,
		"istio-live-tls":        "two.yaml --format istio-live",
		"istio-live-tls-ca":     "two.yaml --format istio-live --tls-ca ca.pem --tls-cert /tls/tls.crt --tls-key /tls/tls.key",
		"envoy-gateway-tls":     "two.yaml --format envoy-gateway --tls-ca ca.pem",
		"envoy-gateway-tls-own": "two.yaml --format envoy-gateway --tls-ca ca.pem --tls-cert /tls/tls.crt --tls-key /tls/tls.key --tls-name xds.example",
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir("testdata/render")
			out := t.TempDir()
			stdout, stderr, code := command(t, append([]string{"render"}, strings.Fields(strings.ReplaceAll(args, "OUT", out))...)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			if !strings.Contains(args, "OUT") {
				if err := os.WriteFile(filepath.Join(out, "printed"), []byte(stdout), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := tree(t, out)
			if strings.Contains(args, "OUT") {
				for file := range got {
					if !strings.Contains(stdout, filepath.Join(out, file)+"\n") {
						t.Errorf("%s was written and not named:\n%s", file, stdout)
					}
				}
			}
			if *update {
				rewrite(t, name, got)
			}
			if d := cmp.Diff(tree(t, name), got); d != "" {
				t.Errorf("-testdata/render/%s +rendered:\n%s", name, d)
			}
		})
	}
}

// tree returns the files in dir and below, with names in the place of what varies or is long.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		text := string(data)
		if filepath.IsAbs(dir) {
			text = strings.ReplaceAll(text, dir, "OUT")
		}
		text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString(builtin.Filter), "<filter.wasm>")
		if text == string(builtin.Filter) {
			text = "<filter.wasm>"
		}
		files[strings.TrimPrefix(path, dir+"/")] = text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func rewrite(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	big := filepath.Join(t.TempDir(), "big")
	if err := os.MkdirAll(big, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata/render")
	module, err := os.ReadFile("own.wasm")
	if err != nil {
		t.Fatal(err)
	}
	// A custom section of more than 1 MiB: its id, its size, a name of no length.
	module = append(module, 0, 0x81, 0x80, 0x40, 0)
	module = append(module, make([]byte, 1<<20)...)
	for name, data := range map[string][]byte{
		"big.wasm": module,
		"big.yaml": []byte("filters: [{name: a, module: big.wasm}]\nupstreams: [{name: b, host: b.example, port: 80}]\n"),
	} {
		if err := os.WriteFile(filepath.Join(big, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for args, want := range map[string]string{
		"":                                               "FILE is missing",
		"missing.yaml":                                   "read config: missing.yaml: no such file or directory",
		"two.yaml --format xml":                          `--format "xml": must be one of envoy, envoy-gateway, istio, istio-live, snippet, xds`,
		"two.yaml --format snippet --json":               "--json: --format snippet has no use for it",
		"two.yaml --gateway eg":                          "--gateway: --format envoy has no use for it",
		"two.yaml --format istio":                        "-o: --format istio writes several files and needs a folder",
		"two.yaml -o two.yaml":                           "write envoy.yaml: two.yaml: not a directory",
		"two.yaml --format snippet --server x":           `--server "x": must be HOST:PORT`,
		"two.yaml --format snippet --server x:0":         `--server "x:0": must be HOST:PORT, the port a number from 1 to 65535`,
		"two.yaml --format snippet --server :1":          `--server ":1": must be HOST:PORT`,
		"two.yaml --format snippet --on-missing x":       `--on-missing "x": must be block or pass`,
		"two.yaml --format istio-live --name A":          `--name "A": must have 1 to 63 characters`,
		"two.yaml --format istio-live --namespace a.b":   `--namespace "a.b": must have`,
		"two.yaml --format istio-live --selector app":    `--selector "app": must be KEY=VALUE`,
		"two.yaml --format envoy-gateway --gateway /":    `--gateway "/": must have`,
		"none.yaml --format snippet --insecure":          "none.yaml:1:10: filters: there is none to attach",
		"none.yaml --format istio-live":                  "none.yaml:1:10: filters: there is none to attach",
		"none.yaml --format istio -o OUT":                "none.yaml:1:10: filters: there is none to render",
		"balance.yaml --format snippet --insecure":       "balance.yaml:2:27: filters[0].balance: needs livefilter's own routes",
		"balance.yaml --format envoy-gateway --insecure": "balance.yaml:2:27: filters[0].balance: needs livefilter's own routes",
		"balance.yaml --format istio-live":               "balance.yaml:2:27: filters[0].balance: needs livefilter's own routes",
		"balance.yaml --format istio -o OUT":             "balance.yaml:2:27: filters[0].balance: needs livefilter's own routes",
		"plain.yaml --format envoy-gateway --insecure":   "plain.yaml:1:27: listener.filter_config: must be ecds",
		"mutual.yaml --format istio -o OUT":              "mutual.yaml:7:13: upstreams[0].tls.cert: cannot be in these manifests",
		"addressed.yaml --format istio -o OUT":           "addressed.yaml:2:37: upstreams[0].host: must be a DNS name for Istio",
		big + "/big.yaml --format istio -o OUT":          "/big.yaml:1:10: filters: 1048899 bytes of modules are more than the 1 MiB that a ConfigMap holds",
	} {
		t.Run(args, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			_, stderr, code := command(t, append([]string{"render"}, strings.Fields(strings.ReplaceAll(args, "OUT", out))...)...)
			if code != exitOf(stderr) || !strings.Contains(stderr, want) {
				t.Errorf("exit %d, %q; want %q", code, stderr, want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("something was written")
			}
		})
	}
}
