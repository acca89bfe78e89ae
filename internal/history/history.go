// Package history keeps the configs that were served last, with every file that they name, and
// what became of them: a person sees what changed, and a rollback writes one of them back.
//
// # Where
//
// In the state folder of package lastgood, or in memory for the life of the process. An entry
// is a file of its own, and each content is kept once, by its SHA-256:
//
//	livefilter-history-0000000012  {"livefilter":"history","format":1,"sha256":"<of the next line>"}
//	                               {"n":12,"version":…,"file":"livefilter.yaml","files":{"livefilter.yaml":{"sha256":…,"bytes":…},…},…}
//	livefilter-content-<sha256>    the content
//
// # How much
//
// 50 entries, and 256 MiB of contents (64 MiB in memory): the oldest go first, the newest stays
// whatever its size.
//
// # After a crash
//
// Contents are written before the entry that names them, and removed after it. A crash loses at
// most what Flush had not written. An entry or a content that is damaged is never believed: the
// entry is left out with a warning, and the next Flush removes what no entry names. Where an entry
// could not be read at all, what was there at the start is left to the next process.
package history

import (
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	maxEntries  = 50
	folderBytes = 256 << 20
	memoryBytes = 64 << 20
)

// Entry is a config that was served, and what became of it.
type Entry struct {
	// N grows with each config, over restarts too.
	N int `json:"n"`
	// Version is that of the resources.
	Version string `json:"version"`
	// At is when it was served first.
	At time.Time `json:"at"`
	// From is what it came from: "edit", "rollback of 3", or "start" where the file was another
	// one when a server started.
	From string `json:"from"`
	// Changes are what it changed of the config before it, in the words of package plan, a line
	// each; the details of a change follow it, indented. None where nothing was before it.
	Changes []string `json:"changes"`
	// Live is when every Envoy that counted ran it for the first time.
	Live time.Time `json:"live,omitzero"`
	// Envoys is how many Envoys counted: now, or when the next config came.
	Envoys int `json:"envoys"`
	// Running is how many of these ran it.
	Running int `json:"running"`
	// Refused is how many answers were NACKs.
	Refused int `json:"refused"`
	// Now: it is what is served.
	Now bool `json:"now,omitempty"`
}

// Config is what is kept of one that is served.
type Config struct {
	Version  string
	File     string            // the path of the config file, a key of Contents
	Clients  []string          // the rules of who may connect, which are no part of Version
	Contents map[string][]byte // by the names they were read under; not to be changed
	At       time.Time
	From     string
	// Recalled: it was kept by an earlier process. An entry that means the same has a later text.
	Recalled bool
	// Changes are those of Entry. They are asked for once, not by Add.
	Changes func() []string
}

// Folder is where entries and contents are kept. lastgood.Dir is one.
type Folder interface {
	Names() ([]string, error)
	Get(name string) ([]byte, error)
	Put(name string, data []byte) error
	Remove(name string) error
}

// History is safe for concurrent use.
type History struct {
	file     string
	log      *slog.Logger
	folder   Folder
	maxBytes int64

	mu      sync.Mutex
	last    int       // the highest number that was ever given
	records []*record // the oldest first
	told    string    // the error of the last Flush that is in the log

	writing sync.Mutex      // held by Flush
	stored  map[string]bool // names in the folder
	spared  map[string]bool // of these, what stays: not all entries could be read, and one of them may name it
}

// Open returns the history of a config file; entries of others are kept too, and not shown.
// folder nil: it is kept in memory. What cannot be read is in the log and is left out.
func Open(file string, folder Folder, log *slog.Logger) *History {
	h := &History{file: file, log: log, folder: folder, maxBytes: folderBytes, stored: map[string]bool{}}
	if folder == nil {
		h.folder, h.maxBytes = &memory{}, memoryBytes
	}
	h.load()
	return h
}

// Add takes in that a config is served, and returns the number of its entry: a new one, or the
// newest where that means the same, which has the contents of c from then on. It does not wait
// for a disk: see Flush.
func (h *History) Add(c Config) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.newest(); r != nil && r.Version == c.Version && slices.Equal(r.Clients, c.Clients) {
		if !c.Recalled {
			r.contents = c.Contents
			r.revision++
		}
		return r.N
	}
	h.last++
	r := &record{
		Entry: Entry{N: h.last, Version: c.Version, At: c.At.UTC(), From: c.From},
		File:  c.File, Clients: c.Clients, contents: c.Contents, words: c.Changes, revision: 1,
	}
	h.records = append(h.records, r)
	h.records = slices.Delete(h.records, 0, max(0, len(h.records)-maxEntries)) // of their files, Flush takes care
	return r.N
}

// newest is the newest entry of the file, or nil.
func (h *History) newest() *record {
	for _, r := range slices.Backward(h.records) {
		if r.File == h.file {
			return r
		}
	}
	return nil
}

// Newest is the number of the newest entry, 0 where there is none.
func (h *History) Newest() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.newest(); r != nil {
		return r.N
	}
	return 0
}

// Outcome is what became of an entry: see its fields.
type Outcome struct {
	Live                     time.Time
	Envoys, Running, Refused int
}

// Became notes what became of an entry. When it was live first stays.
func (h *History) Became(n int, o Outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.find(n)
	if r == nil {
		return
	}
	if r.Live.IsZero() {
		r.Live = o.Live
	}
	r.Envoys, r.Running, r.Refused = o.Envoys, o.Running, o.Refused
}

// find is an entry of the file, or nil.
func (h *History) find(n int) *record {
	for _, r := range h.records {
		if r.N == n && r.File == h.file {
			return r
		}
	}
	return nil
}

// Entries are the newest first.
func (h *History) Entries() []Entry {
	h.mu.Lock()
	var all []record
	for _, r := range slices.Backward(h.records) {
		if r.File == h.file {
			all = append(all, *r)
		}
	}
	h.mu.Unlock()
	entries := []Entry{}
	for i := range all {
		entries = append(entries, all[i].entry())
	}
	return entries
}
