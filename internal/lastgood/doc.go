// Package lastgood keeps the last config that every Envoy acknowledged, with the files that it
// names, on disk: a server that is started over a broken file serves that.
//
// The folder holds a manifest and one blob for each content, named by its SHA-256. A blob is
// written and synced before the manifest that names it, and the manifest is replaced by a
// rename: who reads sees the old state or the new one, after a power cut too. Nothing that
// does not match its checksums is ever returned.
package lastgood

import (
	"io/fs"
	"time"
)

// Config is a config file and every file that it names, by the paths they were read under.
type Config struct {
	File     string            // the config itself, a key of Contents
	Version  string            // of what was served from it
	Saved    time.Time         // when it was kept
	Contents map[string][]byte // must not be changed
}

// Read returns a file of c; the error for others is fs.ErrNotExist.
func (c *Config) Read(path string) ([]byte, error) {
	data, ok := c.Contents[path]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrNotExist}
	}
	return data, nil
}
