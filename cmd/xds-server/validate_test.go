package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
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

// They stand where docker compose mounts them, beside the CA that ua-echo writes.
func TestTheConfigsOfThisRepositoryAreValid(t *testing.T) {
	dir := t.TempDir()
	upstream, err := uaecho.New(uaecho.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(os.Mkdir(filepath.Join(dir, "certs"), 0o700), os.CopyFS(filepath.Join(dir, "config"), os.DirFS("../../config")),
		os.WriteFile(filepath.Join(dir, "certs", "ca.pem"), upstream.CA(), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "config", "*.yaml"))
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
