package lastgood

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Save makes c the last good config. Once it returns nil, c survives a power cut; until then,
// and after an error, Load returns the config before it, or c if the error came at the very
// end. An error names the folder and is what the disk said (syscall.ENOSPC, for instance), or
// says that c has no config file, too many files, more than 1 GiB, or paths that are not UTF-8.
// Whether c is newer than what is there is the caller's to know.
func (d *Dir) Save(c Config) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.save(c); err != nil {
		return fmt.Errorf("save the last good config in %s: %w", d.path, err)
	}
	return nil
}

func list(c Config) manifest {
	m := manifest{File: c.File, Version: c.Version, Saved: c.Saved.UTC()}
	for _, path := range slices.Sorted(maps.Keys(c.Contents)) {
		data := c.Contents[path]
		m.Files = append(m.Files, entry{Path: path, Size: int64(len(data)), SHA256: digest(data)})
	}
	return m
}

func (d *Dir) save(c Config) error {
	m := list(c)
	text, err := m.encode()
	if err != nil {
		return err
	}
	if err := d.held(); err != nil {
		return err
	}
	err = d.write(m, text, c.Contents)
	// Nothing is removed before it is certain which manifest the disk has.
	synced := d.sync()
	if synced == nil {
		d.sweep()
	}
	if err == nil {
		err = synced
	}
	return err
}

// write puts the contents in place, then the manifest that names them.
func (d *Dir) write(m manifest, text []byte, contents map[string][]byte) error {
	for _, e := range m.Files {
		data := contents[e.Path]
		if there, err := d.read(e.name(), e.Size); err == nil && bytes.Equal(there, data) {
			continue
		}
		if err := d.put(e.name(), data); err != nil {
			return err
		}
	}
	if err := d.sync(); err != nil {
		return err
	}
	return d.put(manifestName, text)
}

// sweep removes the contents that the manifest does not name: those of the config before, or
// of one that could not be saved. What cannot be removed now is tried again with the next save.
func (d *Dir) sweep() {
	m, err := d.manifest()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return // a person may still rescue something
	}
	named := map[string]bool{}
	for _, e := range m.Files {
		named[e.name()] = true
	}
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return
	}
	for _, e := range entries {
		sum, ours := strings.CutPrefix(e.Name(), filePrefix)
		if ours && isDigest.MatchString(sum) && e.Type().IsRegular() && !named[e.Name()] {
			_ = d.remove(e.Name())
		}
	}
}
