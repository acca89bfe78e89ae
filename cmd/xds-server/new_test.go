package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my-filter")
	out, stderr, code := command(t, "new", dir, "--lang", "rust")
	if code != 0 || !strings.Contains(out, "the filter my-filter in Rust") || !strings.Contains(out, "xds-server dev "+dir) {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "src", "lib.rs")); err != nil {
		t.Error(err)
	}
	dir += "'s 2nd"
	if out, _, _ := command(t, "new", dir, "--lang", "rust"); !strings.Contains(out, "cd '"+strings.Replace(dir, "'", `'\''`, 1)+"' && ") {
		t.Errorf("a shell does not take its folder for one word: %s", out)
	}
	for want, args := range map[string][]string{
		"is not empty: it has ":       {"new", dir, "--lang", "rust"},
		`--lang "go": must be tinygo`: {"new", dir, "--lang", "go"},
		`--lang is missing`:           {"new", dir},
	} {
		if _, stderr, code := command(t, args...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
	}
}
