// Package lastgood keeps the last config that every Envoy acknowledged, with all the files that
// it names, in a folder on disk: a server that starts over a broken config serves that one.
//
// # The folder
//
//	livefilter-last-good.json  the manifest: the config's path, version and time, and for each
//	                           file its path, size and SHA-256
//	livefilter-file-<sha256>   the content of one file; equal contents are one, unchanged ones
//	                           are not written again
//	livefilter-new             what is being written, or was when the server died
//	livefilter-lock            locked by the server that uses the folder
//
// Nothing else in the folder is ever read, changed or removed. Files are created with mode
// 0600 and the folder with 0700, since header values and plugin configs may be secrets.
//
// # After a crash or a power cut
//
// Each file is written beside its place, synced, and renamed. Contents are on disk before
// the manifest that names them, the new manifest before anything that the old one names is
// removed. So there is the old config or the new one at each moment, whole, also when a save
// fails half-way because the disk is full or has become read-only.
//
// # What is trusted
//
// Only what Save wrote, to the byte: the manifest carries a checksum over itself and one for
// each file. Symbolic links, surplus sizes and formats of later versions are refused. The
// checksums find damage, not malice: who can write to the folder decides what is served.
package lastgood

import (
	"fmt"
	"io/fs"
	"time"
)

// Config is a config file and every file that it names.
type Config struct {
	File     string            // the path of the config file, a key of Contents
	Version  string            // what the Envoys acknowledged; not interpreted here
	Saved    time.Time         // to the nanosecond, in UTC once loaded
	Contents map[string][]byte // by the paths they were read under; not to be changed
}

// Read returns the content that path had, as os.ReadFile would have then. A path that the
// config did not name is an error that is fs.ErrNotExist. The bytes must not be changed.
func (c *Config) Read(path string) ([]byte, error) {
	data, ok := c.Contents[path]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: path,
			Err: fmt.Errorf("not part of the last good config: %w", fs.ErrNotExist)}
	}
	return data, nil
}
