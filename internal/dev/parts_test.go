package dev

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	if _, err := Command(dir); err == nil || !strings.Contains(err.Error(), "-- make") {
		t.Error(err)
	}
	// From the least sure to the surest, each beside those before it.
	for _, tt := range []struct{ file, text, want string }{
		{"go.mod", "module x\n", "tinygo build"},
		{"Makefile", "all:\n", "tinygo build"},
		{"Makefile", "build: x\n", "make --silent build"},
		{"Cargo.toml", "", "cargo build --quiet --release --target wasm32-wasip1"},
		{"package.json", "{}", "cargo build"},
		{"package.json", `{"scripts": {"build": "asc"}}`, "npm run --silent build"},
	} {
		write(t, dir, tt.file, tt.text)
		if got, err := Command(dir); err != nil || !strings.HasPrefix(strings.Join(got, " "), tt.want) {
			t.Errorf("with %s: %q %v", tt.file, got, err)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for program, want := range map[string]string{"cargo": "cargo is not on PATH: install Rust", "mine": "mine is not on PATH"} {
		if got := Missing([]string{program, "build"}); !strings.HasPrefix(got, want) {
			t.Errorf("%q", got)
		}
	}
	if got := Missing([]string{os.Args[0]}); got != "" {
		t.Error(got)
	}
}

func TestBuilder(t *testing.T) {
	dir, out := t.TempDir(), &printed{}
	b := NewBuilder(dir, []string{"sh", "-c", `cat said; exit $(cat status)`}, NewOut(out))
	for _, tt := range []struct{ said, status, want string }{
		{"error: no semicolon", "3", "error: no semicolon\nnot built: sh -c cat said; exit $(cat status): exit status 3\n"},
		{"warning: unused", "0", "warning: unused\nbuilt in "},
		{"warning: unused", "0", "built in "}, // not again
	} {
		write(t, dir, "said", tt.said+"\n")
		write(t, dir, "status", tt.status)
		before := len(out.String())
		err := b.Build(t.Context())
		if got := out.String()[before:]; !strings.HasPrefix(got, tt.want) || (err != nil) != (tt.status != "0") {
			t.Errorf("%q %v, want %q", got, err, tt.want)
		}
		if _, ended := b.Last(); ended.IsZero() != (err != nil) {
			t.Errorf("ended %s", ended)
		}
	}
	gone := NewBuilder(dir, []string{"no-such-compiler"}, NewOut(out))
	if err := gone.Build(t.Context()); err == nil || !strings.HasSuffix(out.String(), "no-such-compiler is not on PATH\n") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestHandler(t *testing.T) {
	out := &printed{}
	log := slog.New(NewHandler(NewOut(out)))
	log.Info("config is served", "version", "1")
	log.Error("config refused", "version", "1", "err", errors.New("a.yaml:1:1: filters: must be a list"))
	log.With("node", "dev").Warn("refused", "err", "one\ntwo", "source", "a.yaml:2:2")
	const want = "config refused: a.yaml:1:1: filters: must be a list\nrefused\none\ntwo\na.yaml:2:2\n"
	if got := out.String(); got != want {
		t.Errorf("%q", got)
	}
}

// The Envoy is a script.
func TestEnvoy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envoy")
	const script = `#!/bin/sh
grep -q 'node: x' "$2" || exit 9
cat >&2 <<END
info|wasm|$$|wasm log livefilter.module.mine: tried
info|wasm|1$$|wasm log livefilter.module.mine: hello
the $(printf '\033')[31msecond line
error|wasm|$$|wasm log livefilter.module.mine: bad
warning|wasm|$$|Plugin failed
warning|config|$$|gRPC config rejected
critical|main|$$|cannot start
END
exit 1
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	out := &printed{}
	err := Envoy{Path: path, Bootstrap: []byte("node: x\n"), Level: "info", Out: NewOut(out)}.Run(t.Context())
	if err == nil || err.Error() != "envoy has ended: exit status 1: cannot start" {
		t.Error(err)
	}
	const want = "info mine: hello\n  the \ufffd[31msecond line\nerror mine: bad\nenvoy warning Plugin failed\nenvoy critical cannot start\n"
	if got := out.String(); got != want {
		t.Errorf("%q", got)
	}
	if err := (Envoy{Path: "/no/such/envoy", Out: NewOut(out)}).Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "--envoy: ") {
		t.Error(err)
	}
}
