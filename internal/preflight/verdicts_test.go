package preflight

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files")

// sample is a module of testdata. Most have their text next to them, which may say the configuration; those in raw have
// none, since no text compiles to them.
type sample struct {
	name   string
	file   string
	wat    string // "" for those in raw
	config string
}

func modules(t testing.TB) []sample {
	t.Helper()
	var all []sample
	for _, glob := range []string{"testdata/*.wasm", "testdata/raw/*.wasm"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("no modules at %s (%v)", glob, err)
		}
		for _, f := range files {
			s := sample{name: strings.TrimSuffix(filepath.Base(f), ".wasm"), file: f}
			if wat := strings.TrimSuffix(f, ".wasm") + ".wat"; !strings.Contains(f, "/raw/") {
				s.wat = wat
				s.config = directive(t, wat, "config")
			}
			all = append(all, s)
		}
	}
	return all
}

// directive reads ";; key: value" of a wat file.
func directive(t testing.TB, wat, key string) string {
	t.Helper()
	text, err := os.ReadFile(wat)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^;; ` + key + `: (.*)$`).FindSubmatch(text)
	if m == nil {
		return ""
	}
	return string(m[1])
}

func (s sample) plugin(t testing.TB) Plugin {
	t.Helper()
	code, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	return Plugin{Name: "p", VMID: "v", Code: code, Config: []byte(s.config)}
}

// checker is patient with what ends by itself and hasty with what does not.
func (s sample) checker(t testing.TB) *Checker {
	timeout := time.Minute
	if strings.Contains(s.name, "loop") || s.name == "request-log-flood" {
		timeout = time.Second
	}
	c := New(WithTimeout(timeout))
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestVerdicts holds the exact words for every module.
func TestVerdicts(t *testing.T) {
	const golden = "testdata/verdicts.golden"
	var got bytes.Buffer
	for _, s := range modules(t) {
		warnings, err := s.checker(t).Check(t.Context(), s.plugin(t))
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			fmt.Fprintf(&got, "%s: refused: %v\n", s.name, err)
		case err != nil:
			t.Errorf("%s: %v", s.name, err)
		default:
			fmt.Fprintf(&got, "%s: accepted\n", s.name)
		}
		for _, w := range warnings {
			fmt.Fprintf(&got, "\twarning: %s\n", w)
		}
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
		t.Errorf("verdicts changed (-golden +got); -update writes them:\n%s", d)
	}
}
