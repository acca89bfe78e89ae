package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Each command that people see has a page, of which groff has no complaint.
func TestMan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	if stdout, stderr, code := command(t, "man", dir); code != 0 || stdout+stderr != "" {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	groff, _ := exec.LookPath("groff")
	for _, c := range rootCommand().Commands() {
		file := filepath.Join(dir, "xds-server-"+c.Name()+".1")
		text, err := os.ReadFile(file)
		if c.IsAvailableCommand() != (err == nil) {
			t.Errorf("%s: %v", c.Name(), err)
		}
		if err != nil {
			continue
		}
		if !strings.Contains(string(text), "\n.SH EXIT STATUS\n") {
			t.Errorf("%s lacks a part", file)
		}
		if groff == "" {
			continue
		}
		if complaints, err := exec.CommandContext(t.Context(), groff, "-man", "-Tascii", "-ww", "-z", file).CombinedOutput(); err != nil || len(complaints) > 0 {
			t.Errorf("%s: %v, %s", file, err, complaints)
		}
	}
	if groff == "" {
		t.Skip("NOT TESTED: no groff here")
	}
}
