package history

import (
	"maps"
	"slices"
)

// Flush writes to the folder what it does not have yet, and removes what is too much. An error
// is in the log once, and what could not be written is tried again with the next Flush. final:
// what became of each entry is written too, though it may change yet.
func (h *History) Flush(final bool) {
	h.writing.Lock()
	defer h.writing.Unlock()
	var failed error
	for _, r := range h.unwritten(final) {
		if err := h.write(r); err != nil && failed == nil { // the others have their sizes known by it
			failed = err
		}
	}
	if err := h.prune(); failed == nil {
		failed = err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case failed == nil:
		h.told = ""
	case h.told != failed.Error():
		h.told = failed.Error()
		h.log.Error("the history of configs cannot be written", "err", failed)
	}
}

// unwritten are the entries that the folder does not have as they are, the newest first: after a burst of edits
// these are the ones that matter, and the others may have gone by the time that they were written.
func (h *History) unwritten(final bool) (all []*record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range slices.Backward(h.records) {
		was, is := r.outcome, r.became() // of which not each step of a fleet on its way is written
		if final && was != is || !was.Live.Equal(is.Live) || (was.Refused > 0) != (is.Refused > 0) || r != h.newest() && was != is {
			r.revision++
		}
		if r.revision != r.written {
			all = append(all, r)
		}
	}
	return all
}

// write puts the contents of r into the folder, then r.
func (h *History) write(r *record) error {
	h.mu.Lock()
	words, contents, gone := r.words, r.contents, !slices.Contains(h.records, r)
	h.mu.Unlock()
	if gone {
		return nil
	}
	var changes []string
	if words != nil {
		changes = words()
	}
	files := map[string]file{}
	for name, data := range contents {
		files[name] = fileOf(data)
	}
	h.mu.Lock()
	if words != nil {
		r.Changes, r.words = changes, nil
	}
	same := contents == nil || r.written > 0 && maps.Equal(files, r.kept) // saved again, to the byte
	if contents != nil {
		r.Files = files
	}
	kept := *r
	h.mu.Unlock()
	for name, data := range contents {
		if err := h.put(files[name].name(), data); err != nil {
			return err
		}
	}
	if same && words == nil && kept.became() == kept.outcome && h.stored[r.name()] {
		h.wrote(r, kept)
		return nil
	}
	text, err := kept.encode()
	if err != nil {
		return err
	}
	delete(h.stored, r.name()) // an earlier revision of it
	if err := h.put(r.name(), text); err != nil {
		return err
	}
	h.wrote(r, kept)
	return nil
}

// wrote notes that the folder has r as it was when it was kept.
func (h *History) wrote(r *record, kept record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.written, r.outcome, r.kept = kept.revision, kept.became(), kept.Files
	if r.revision == kept.revision {
		r.contents = nil
	}
}

func (h *History) put(name string, data []byte) error {
	if h.stored[name] {
		return nil
	}
	err := h.folder.Put(name, data)
	if err == nil {
		h.stored[name] = true
	}
	return err
}

// prune drops the oldest entries, and removes from the folder what no entry names.
func (h *History) prune() error {
	h.mu.Lock()
	for len(h.records) > 1 && h.bytes() > h.maxBytes {
		h.records = slices.Delete(h.records, 0, 1)
	}
	named := map[string]bool{}
	for _, r := range h.records {
		named[r.name()] = true
		for _, files := range []map[string]file{r.Files, r.kept} { // where writing r failed, its entry in the folder is of before
			for _, f := range files {
				named[f.name()] = true
			}
		}
	}
	h.mu.Unlock()
	// Entries are removed before the contents that they name: the later names sort first.
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(h.stored))) {
		if named[name] || h.spared[name] {
			continue
		}
		if err := h.folder.Remove(name); err != nil {
			return err
		}
		delete(h.stored, name)
	}
	return nil
}

// bytes are those of all contents, each counted once.
func (h *History) bytes() (total int64) {
	seen := map[string]bool{}
	for _, r := range h.records {
		for _, f := range r.Files {
			if !seen[f.SHA256] {
				seen[f.SHA256] = true
				total += f.Bytes
			}
		}
	}
	return total
}
