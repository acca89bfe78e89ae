package dev

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// tinygo builds a module as Envoy wants it: see the flags in docs/how-to/own-filter.md.
var tinygo = []string{"tinygo", "build", "-o", "filter.wasm", "-target=wasip1", "-buildmode=c-shared", "-scheduler=none", "-no-debug", "-opt=z", "-tags", "custommalloc", "."}

// kinds are the ways to build that are known by a file of the folder, the surest first. The commands are silent where
// nothing is wrong.
var kinds = []struct {
	file    string
	is      func(text []byte) bool
	command []string
	advice  string // where the program is not there
}{
	{"package.json", hasScript, []string{"npm", "run", "--silent", "build"}, "install Node.js: https://nodejs.org"},
	{"Cargo.toml", always, []string{"cargo", "build", "--quiet", "--release", "--target", "wasm32-wasip1"}, "install Rust: https://rustup.rs"},
	{"Makefile", regexp.MustCompile(`(?m)^build:`).Match, []string{"make", "--silent", "build"}, "install make"},
	{"go.mod", always, tinygo, "install TinyGo: https://tinygo.org; Go alone builds no filter"},
}

func always([]byte) bool { return true }

func hasScript(text []byte) bool {
	var p struct{ Scripts map[string]string }
	return json.Unmarshal(text, &p) == nil && p.Scripts["build"] != ""
}

// Command is how the filter in dir is built, found out by its files.
func Command(dir string) ([]string, error) {
	for _, k := range kinds {
		text, err := os.ReadFile(filepath.Join(dir, k.file))
		if err == nil && k.is(text) {
			return k.command, nil
		}
	}
	return nil, fmt.Errorf("%s has no package.json with a script build, Cargo.toml, Makefile with a target build, or go.mod: say how it is built, as in \"xds-server dev %s -- make\"", dir, dir)
}

// Missing says what to install if the command's program is not there, and "" if it is.
func Missing(command []string) string {
	if _, err := exec.LookPath(command[0]); err == nil {
		return ""
	}
	for _, k := range kinds {
		if k.command[0] == command[0] {
			return command[0] + " is not on PATH: " + k.advice
		}
	}
	return command[0] + " is not on PATH"
}
