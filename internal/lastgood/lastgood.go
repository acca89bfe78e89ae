// Package lastgood keeps the last config that every Envoy acknowledged, with all the files that
// it names, in a folder on disk: a server that starts over a broken config serves that one.
//
// # The folder
//
//	livefilter-config-0000000007  a config, all of it; the highest number is the newest
//	livefilter-new                what is being written, or was when the server died
//	livefilter-lock               locked by the server that uses the folder
//	livefilter-history-0000000012 an entry of package history, which writes it through Put,
//	livefilter-content-<sha256>   and the contents that its entries name
//
// Nothing else in the folder is ever read, changed or removed, but for what earlier releases
// left (livefilter-last-good.json, livefilter-file-<sha256>): that is read as long as there is
// no config of the present form, and removed once there is one. Files are created with mode
// 0600 and the folder with 0700, since header values and plugin configs may be secrets.
//
// # A config
//
//	{"livefilter":"last good config","format":2,"sha256":"<of all after this line>"}
//	{"file":"livefilter.yaml","version":…,"saved":…,"contents":{"livefilter.yaml":"<base64>",…},"clients":"<base64>"}
//
// # After a crash or a power cut
//
// A config is written beside its place, synced, and renamed, and the folder is synced before
// an older config is removed. So there is the old config or the new one at each moment, whole,
// also when a save fails half-way because the disk is full or has become read-only.
//
// # What is trusted
//
// Only what Save wrote, to the byte. Symbolic links, surplus sizes and formats of later
// versions are refused, and nothing older is taken in their place. The checksum finds damage,
// not malice: who can write to the folder decides what is served.
package lastgood

import (
	"fmt"
	"io/fs"
	"time"
)

// Config is a config file and every file that it names.
type Config struct {
	File     string            `json:"file"`     // the path of the config file, a key of Contents
	Version  string            `json:"version"`  // what the Envoys acknowledged; not interpreted here
	Saved    time.Time         `json:"saved"`    // to the nanosecond, in UTC once loaded
	Contents map[string][]byte `json:"contents"` // by the paths they were read under; not to be changed
	// Clients say who may connect, where a later config than this one did. They are not interpreted here.
	Clients []byte `json:"clients,omitempty"`
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
