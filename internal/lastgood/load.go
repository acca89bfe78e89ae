package lastgood

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Load returns what was kept, nil where nothing was yet. State that is damaged, foreign or
// of a newer format is an error, and nothing of it is returned.
func (d *Dir) Load() (*Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	data, err := readRegular(filepath.Join(d.path, manifestName), maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing kept yet is no error, and there is nothing to return
	}
	if err != nil {
		return nil, d.wrap(err)
	}
	m, err := decode(data)
	if err != nil {
		return nil, d.wrap(err)
	}
	c := &Config{File: m.File, Version: m.Version, Saved: m.Saved, Contents: map[string][]byte{}}
	for _, e := range m.Files {
		content, err := readRegular(filepath.Join(d.path, blobsName, e.SHA256), maxBlob)
		if err != nil {
			return nil, d.wrap(fmt.Errorf("the copy of %s: %w", e.Path, reason(err)))
		}
		if int64(len(content)) != e.Size || sum(content) != e.SHA256 {
			return nil, d.wrap(fmt.Errorf("the copy of %s is damaged: its checksum does not match", e.Path))
		}
		c.Contents[e.Path] = content
	}
	return c, nil
}

// readRegular follows no link: the folder holds plain files that this program wrote.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a plain file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errors.New("larger than it can be")
	}
	return data, err
}
