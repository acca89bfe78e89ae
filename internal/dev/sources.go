package dev

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

const (
	maxSources     = 5000
	maxSourceBytes = 4 << 20 // what is larger is data that somebody else makes
)

// outputs are folders that builds fill.
var outputs = []string{"target", "node_modules", "build", "dist", "bin", "out", "zig-out"}

// notSources are files that are written by builds, read by the server, or read by people alone.
var notSources = []string{"*.wasm", "*.wat", "*.lock", "package-lock.json", "go.sum", "*.md", "*~", "*.swp", "*.tmp", "4913", "livefilter.yaml"}

// Sources lists the files in dir that the module may be built of, in order.
func Sources(dir string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case path == dir:
			return err
		case err != nil: // it vanished, or is not ours to read
			return nil
		}
		switch name := d.Name(); {
		case d.IsDir() && (strings.HasPrefix(name, ".") || slices.Contains(outputs, name)):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(name, ".") || slices.ContainsFunc(notSources, func(p string) bool { ok, _ := filepath.Match(p, name); return ok }):
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxSourceBytes {
			return nil
		}
		if all = append(all, path); len(all) > maxSources {
			return fmt.Errorf("%s has more than %d files: name the folder of the filter alone", dir, maxSources)
		}
		return nil
	})
	return all, err
}
