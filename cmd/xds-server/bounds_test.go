package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A module has as much memory and time as the flags say, in each command that judges one.
func TestBounds(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "livefilter.yaml")
	for name, data := range map[string][]byte{
		"loop.wasm": testModule(t, "configure-loop"), "large.wasm": testModule(t, "hostile/request-call-flood"),
		"livefilter.yaml": []byte("filters: [{name: a, module: loop.wasm}]\nupstreams:\n  - {name: a, host: localhost, port: 80}\n"),
		"large.yaml":      []byte("filters: [{name: a, module: large.wasm}]\nupstreams:\n  - {name: a, host: localhost, port: 80}\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"validate", file, "--preflight-time", "50ms"}, "did not return within 50ms"},
		{[]string{"plan", file, "--preflight-time", "50ms"}, "did not return within 50ms"},
		{[]string{"try", file, "--preflight-time", "50ms"}, "did not return"},
		{[]string{"render", file, "--preflight-time", "50ms"}, "did not return within 50ms"},
		{[]string{"serve", "--config", file, "--preflight-time", "50ms", "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"}, "did not return within 50ms"},
		{[]string{"validate", filepath.Join(dir, "large.yaml"), "--preflight-memory", "1"}, "needs more than 1 MiB of memory from the start: 125 MiB"},
		{[]string{"validate", file, "--preflight-memory", "0"}, "--preflight-memory 0"},
		{[]string{"validate", file, "--preflight-memory", "1025"}, "--preflight-memory 1025"},
		{[]string{"validate", file, "--preflight-time", "1h"}, "--preflight-time 1h"},
	} {
		if _, stderr, code := command(t, c.args...); code != exitOf(stderr) || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit %d, %s", c.args, code, stderr)
		}
	}
}

func testModule(t *testing.T, name string) []byte {
	code, err := os.ReadFile("../../internal/preflight/testdata/" + name + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	return code
}
