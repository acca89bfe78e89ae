package istio

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

const root = "../.."

// xdsServer is the binary under test, built once.
var xdsServer string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "livefilter-manifests-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	xdsServer = filepath.Join(dir, "xds-server")
	build := exec.Command("go", "build", "-C", root, "-o", xdsServer, "./cmd/xds-server")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("build xds-server: %w", err)
	}
	return m.Run(), nil
}

// configs are rendered in every way: header rules and a module with a config, an upstream
// with a CA of its own, one without TLS, names that YAML could take for something else.
var configs = map[string]string{
	"rules": `
filters:
  - {name: my-wasm-filter, headers: [{name: User-Agent, values: [hello, "on", "12:30", "a: b # c"], evict: {on: [4xx], for: 1m}}]}
  - {name: own, module: own.wasm, config: {"y": ["1e3", true]}}
upstreams: [{name: whatsmyua, host: www.whatsmyua.info, port: 443, tls: {}}]
`,
	"ca": `
listener: {on_missing: pass}
filters: [{name: on, headers: [{name: X-Key, values: [a, b]}], retry: {on: [429], tries: 2}}]
upstreams: [{name: "1e3", host: echo.internal, port: 8443, tls: {ca: ca.pem, sni: echo.example}}]
`,
	"plain": `
filters: [{name: own, module: own.wasm}]
upstreams: [{name: plain, host: plain.internal, port: 8080}]
`,
}

// render runs `xds-server render` for one of the configs and returns the files that it
// wrote, by name.
func render(t *testing.T, config string, args ...string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	data := root + "/cmd/xds-server/testdata/render/"
	for _, name := range []string{"own.wasm", "ca.pem"} {
		content, err := os.ReadFile(data + name)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	must(t, os.WriteFile(filepath.Join(dir, "livefilter.yaml"), []byte(configs[config]), 0o600))
	cmd := exec.Command(xdsServer, append([]string{"render", "livefilter.yaml", "-o", "out"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("render %v: %s", args, out)
	}
	files := map[string][]byte{}
	out := filepath.Join(dir, "out")
	must(t, filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[strings.TrimPrefix(path, out+"/")], err = os.ReadFile(path)
		return err
	}))
	return files
}

// documents splits a YAML stream and returns each document as JSON. A key given twice is an
// error.
func documents(t *testing.T, text []byte) (docs [][]byte) {
	t.Helper()
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		doc, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return docs
		}
		must(t, err)
		json, err := sigsyaml.YAMLToJSONStrict(doc)
		must(t, err)
		if !bytes.Equal(json, []byte("null")) {
			docs = append(docs, json)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
