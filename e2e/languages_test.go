package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/scaffold"
	"github.com/livefilter/livefilter/internal/uaecho"
)

// LANGUAGES names those whose compilers are there; the one that builds the built-in filter always is.
var languages = strings.Fields(os.Getenv("LANGUAGES") + " tinygo")

// What `xds-server new` writes passes its own test, and is live with dev in each language. Edits of the source are live,
// mistakes in it are told in the compiler's words, and those in the config in the module's.
func TestLanguages(t *testing.T) {
	t.Parallel()
	source := map[string]string{"tinygo": "main.go", "rust": "src/lib.rs", "assemblyscript": "assembly/index.ts"}
	for _, l := range scaffold.Languages {
		t.Run(l.Name, func(t *testing.T) {
			if !slices.Contains(languages, l.Name) {
				t.Skip("NOT TESTED: make test-languages does this")
			}
			path := "PATH=" + os.Getenv("PATH")
			if l.Name == "tinygo" {
				path = withTinyGo(t)
			}
			a := newAuthoring(t, filepath.Join(t.TempDir(), "my-filter"))
			out, err := exec.Command(xdsServer, "new", a.dir, "--lang", l.Name).CombinedOutput()
			if err != nil {
				t.Fatalf("new: %v\n%s", err, out)
			}
			test := exec.Command("sh", "-c", l.Test)
			test.Dir = a.dir
			if out, err := test.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", l.Test, err, out)
			}
			_, upstream := upstreamWith(t, uaecho.Options{Plaintext: true})
			a.replace("livefilter.yaml", "port: 10000", fmt.Sprint("port: ", a.port), "port: 10001", fmt.Sprint("port: ", upstream))
			a.p = start(t, "dev", a.dir, "env", path, xdsServer, "dev", a.dir, "--envoy", envoy, "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0")

			a.said("live in", 1)
			a.said("info my-filter: marks responses with x-my-filter", 1)
			a.marks("hello")
			a.replace(source[l.Name], "marks responses with ", "now marks responses with ")
			a.said("info my-filter: now marks responses with x-my-filter", 1)
			a.said("live in", 2)
			a.replace("livefilter.yaml", "x-my-filter: hello", "x-my-filter: edited")
			a.said("live in", 3)
			a.marks("edited")
			a.replace("livefilter.yaml", "x-my-filter: edited", "edited")
			a.said(`it refuses its configuration; it last said: "config must be \"name: value\""`, 1)
			a.replace("livefilter.yaml", `"edited"`, `"x-my-filter: again"`)
			a.marks("again")
			good, err := os.ReadFile(filepath.Join(a.dir, source[l.Name]))
			must(t, err)
			a.save(source[l.Name], string(good)+"\n}\n")
			a.said("not built: ", 1)
			a.save(source[l.Name], string(good))
			a.said("the module is the same: nothing changes", 1)
			a.marks("again")
			if code := a.p.terminate(); code != 0 {
				t.Errorf("exit %d", code)
			}
		})
	}
}

// replace edits a file as strings.NewReplacer has it, each old text being there.
func (a *authoring) replace(file string, oldnew ...string) {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.dir, file))
	must(a.t, err)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(string(text), oldnew[i]) {
			a.t.Fatalf("%s has no %q", file, oldnew[i])
		}
	}
	a.save(file, strings.NewReplacer(oldnew...).Replace(string(text)))
}

// marks waits until responses have the filter's header with that value.
func (a *authoring) marks(value string) {
	a.t.Helper()
	eventually(a.t, "responses are marked with "+value, func() bool {
		got, err := a.client.get(a.t.Context(), a.port)
		return err == nil && got.header.Get("x-my-filter") == value
	})
}

// withTinyGo is a PATH as an author has it. TinyGo's releases bring a wasm-opt, the one that is built here does not.
func withTinyGo(t *testing.T) string {
	t.Helper()
	find := exec.Command("../scripts/tinygo.sh")
	find.Stderr = os.Stderr
	path, err := find.Output()
	must(t, err)
	bin := t.TempDir()
	for name, script := range map[string]string{
		"wasm-opt": "case $1 in --version) echo 'wasm-opt version 108' ;; *) cp \"$3\" \"$5\" ;; esac\n",
		"tinygo":   fmt.Sprintf("WASMOPT=%s/wasm-opt exec %s \"$@\"\n", bin, strings.TrimSpace(string(path))),
	} {
		must(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script), 0o700))
	}
	return "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")
}
