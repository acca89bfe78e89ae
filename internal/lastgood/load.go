package lastgood

import (
	"errors"
	"fmt"
	"io/fs"
)

// Load returns the config that was saved last, or nil if there is none yet. What is damaged,
// incomplete, not livefilter's or a later version's is an error and changes nothing: the
// next Save replaces it.
func (d *Dir) Load() (*Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.load()
	if err != nil {
		return nil, fmt.Errorf("last good config in %s: %w", d.path, err)
	}
	return c, nil
}

func (d *Dir) load() (*Config, error) {
	m, err := d.manifest()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c := &Config{File: m.File, Version: m.Version, Saved: m.Saved.UTC(), Contents: make(map[string][]byte, len(m.Files))}
	known := map[string][]byte{} // two paths with one content cost the memory of one
	for _, e := range m.Files {
		data, ok := known[e.SHA256]
		if !ok {
			if data, err = d.content(e); err != nil {
				return nil, fmt.Errorf("%s, kept as %s, %w", e.Path, e.name(), err)
			}
			known[e.SHA256] = data
		}
		if int64(len(data)) != e.Size {
			return nil, fmt.Errorf("%s is not a manifest: %s has two sizes", manifestName, e.name())
		}
		c.Contents[e.Path] = data
	}
	return c, nil
}

// manifest reads the manifest. An error that is fs.ErrNotExist says that there is none.
func (d *Dir) manifest() (manifest, error) {
	text, err := d.read(manifestName, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, err
	}
	var m manifest
	if err == nil {
		m, err = decode(text)
	}
	if err != nil {
		return manifest{}, fmt.Errorf("%s %w", manifestName, err)
	}
	return m, nil
}

func (d *Dir) content(e entry) ([]byte, error) {
	data, err := d.read(e.name(), e.Size)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("is missing") // not to be taken for a state that is not there yet
	case err != nil:
		return nil, err
	case int64(len(data)) != e.Size:
		return nil, fmt.Errorf("is damaged: it has %d bytes instead of %d", len(data), e.Size)
	case digest(data) != e.SHA256:
		return nil, errors.New("is damaged: it does not match its checksum")
	}
	return data, nil
}
