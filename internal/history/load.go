package history

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// load reads the entries that are in the folder.
func (h *History) load() {
	names, err := h.folder.Names()
	if err != nil {
		h.log.Warn("the history of configs cannot be read", "err", err)
	}
	for _, name := range names {
		h.stored[name] = true
	}
	unread := false
	for _, name := range names {
		number, is := strings.CutPrefix(name, entryPrefix)
		if !is {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil {
			h.last = max(h.last, n)
		}
		text, err := h.folder.Get(name)
		var r *record
		if err != nil {
			unread = true
		} else {
			r, err = h.read(name, text)
		}
		if err != nil {
			h.log.Warn("an entry of the history cannot be read and is left out", "file", name, "err", err)
			continue
		}
		h.records = append(h.records, r)
	}
	slices.SortFunc(h.records, func(a, b *record) int { return a.N - b.N })
	if unread {
		h.spared = maps.Clone(h.stored)
	}
}

func (h *History) read(name string, text []byte) (*record, error) {
	r, err := decode(text)
	switch {
	case err != nil:
		return nil, err
	case r.name() != name:
		return nil, fmt.Errorf("is the entry %d under another name", r.N)
	}
	for _, f := range r.Files {
		if !h.stored[f.name()] {
			return nil, fmt.Errorf("%s, which it names, is missing", f.name())
		}
	}
	return r, nil
}

// ErrNone is that there is no such entry.
var ErrNone = errors.New("no such entry in the history")

// Config returns what is kept of an entry. Its contents must not be changed.
func (h *History) Config(n int) (c Config, err error) {
	h.mu.Lock()
	r := h.find(n)
	if r == nil {
		defer h.mu.Unlock()
		return c, h.none(n)
	}
	kept := *r
	h.mu.Unlock()
	c = Config{Version: kept.Version, File: kept.File, Clients: kept.Clients, At: kept.At, From: kept.From, Contents: kept.contents}
	if c.Contents != nil {
		return c, nil
	}
	c.Contents = map[string][]byte{}
	for name, f := range kept.Files {
		data, err := h.folder.Get(f.name())
		switch {
		case errors.Is(err, fs.ErrNotExist):
			h.mu.Lock()
			if h.find(n) == nil { // a newer one took its place meanwhile
				defer h.mu.Unlock()
				return c, h.none(n)
			}
			h.mu.Unlock()
			err = errors.New("was removed from the state folder")
		case err == nil && fileOf(data) != f:
			err = errors.New("is damaged: it does not match its checksum")
		}
		if err != nil {
			return c, fmt.Errorf("entry %d of the history: %s, kept as %s: %w", n, name, f.name(), err)
		}
		c.Contents[name] = data
	}
	return c, nil
}

// none says which entries there are. mu is held.
func (h *History) none(n int) error {
	first, last := 0, 0
	for _, r := range h.records {
		if r.File == h.file {
			if first == 0 {
				first = r.N
			}
			last = r.N
		}
	}
	if last == 0 {
		return fmt.Errorf("%w: it is empty", ErrNone)
	}
	return fmt.Errorf("%w: %d, it has %d to %d", ErrNone, n, first, last)
}

// Read returns the content that a file of c had, as os.ReadFile would have then.
func (c *Config) Read(name string) ([]byte, error) {
	data, ok := c.Contents[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("not part of the config that was kept: %w", fs.ErrNotExist)}
	}
	return data, nil
}

// Has says whether the folder has an entry with data as the content of a file. Of what only this process has a person
// who replaces the file is to keep a copy: see Flush.
func (h *History) Has(name string, data []byte) bool {
	is := fileOf(data)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.records {
		if r.kept[name] == is {
			return true
		}
	}
	return false
}
