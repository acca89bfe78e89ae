package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Each testdata/validate-*.yaml has the command's output in the *.txt beside it.
func TestValidate(t *testing.T) {
	files, err := filepath.Glob("testdata/validate-*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) { golden(t, name, "validate", name+".yaml") })
	}
	t.Run("no file", func(t *testing.T) { golden(t, "validate-no-file", "validate", "no-such.yaml") })
}

func TestTheConfigsOfThisRepositoryAreValid(t *testing.T) {
	files, err := filepath.Glob("../../config/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no configs", err)
	}
	for _, file := range files {
		stdout, stderr, code := command(t, "validate", file)
		if want := file + ": ok\n"; code != 0 || stdout != want || stderr != "" {
			t.Errorf("%s: exit %d, %q, %q", file, code, stdout, stderr)
		}
	}
}
