package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, size := range map[string]int{"small": 3, "empty": 0, "large": config.MaxModuleBytes + 7} {
		if err := os.WriteFile(path(name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		data, err := readFile(path(name))
		if err != nil || len(data) != min(size, config.MaxModuleBytes+1) {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	// Nobody writes to the pipe: reading it would never end.
	if err := syscall.Mkfifo(path("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{path("pipe"), dir, os.DevNull} {
		var pathError *fs.PathError
		if _, err := readFile(odd); !errors.As(err, &pathError) || !strings.HasSuffix(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", odd, err)
		}
	}
	if _, err := readFile(path("none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
