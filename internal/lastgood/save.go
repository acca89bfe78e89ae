package lastgood

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Save replaces what was kept. On an error, a full disk say, what was kept before stays as
// it was.
func (d *Dir) Save(c Config) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := manifest{File: c.File, Version: c.Version, Saved: c.Saved.UTC().Round(0)}
	used := map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(c.Contents)) {
		content := c.Contents[path]
		e := entry{Path: path, Size: int64(len(content)), SHA256: sum(content)}
		m.Files = append(m.Files, e)
		used[e.SHA256] = true
		if err := d.saveBlob(e, content); err != nil {
			return d.wrap(fmt.Errorf("keep %s: %w", path, reason(err)))
		}
	}
	data, err := m.encode()
	if err == nil {
		_, err = decode(data) // what could not be read back must not replace what can
	}
	if err == nil {
		err = replace(filepath.Join(d.path, manifestName), data)
	}
	if err != nil {
		return d.wrap(reason(err))
	}
	d.sweep(used)
	return nil
}

// saveBlob writes a content that is not there yet.
func (d *Dir) saveBlob(e entry, content []byte) error {
	path := filepath.Join(d.path, blobsName, e.SHA256)
	if old, err := readRegular(path, maxBlob); err == nil && sum(old) == e.SHA256 {
		return nil
	}
	return replace(path, content)
}

// replace writes a file that is either whole or not there, and is on the disk when it returns.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// sweep removes blobs that nothing names, and what a crash left half-written. What cannot
// be removed is tried again with the next save.
func (d *Dir) sweep(used map[string]bool) {
	blobs, err := os.ReadDir(filepath.Join(d.path, blobsName))
	if err != nil {
		return
	}
	for _, b := range blobs {
		if !used[b.Name()] {
			_ = os.Remove(filepath.Join(d.path, blobsName, b.Name()))
		}
	}
}
