package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

const (
	entryPrefix   = "livefilter-history-"
	contentPrefix = "livefilter-content-"

	// Later formats begin like this too.
	magic = `{"livefilter":"history","format":`
	seal  = magic + `1,"sha256":"%x"}` + "\n"
)

var sum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// record is an entry as it is kept.
type record struct {
	Entry
	File    string          `json:"file"`
	Clients []string        `json:"clients,omitempty"`
	Files   map[string]file `json:"files"` // by name; those of contents once these are hashed

	contents map[string][]byte // not in the folder yet; nil: they all are
	words    func() []string   // Entry.Changes, where these are not known yet
	revision int               // counts what Flush has to write
	written  int               // the revision that is in the folder
	outcome  Outcome           // that is in the folder
	kept     map[string]file   // Files of the entry in the folder
}

// file is a content of a record.
type file struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

func fileOf(data []byte) file {
	return file{SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Bytes: int64(len(data))}
}

func (f file) name() string { return contentPrefix + f.SHA256 }

func (r *record) name() string { return fmt.Sprintf("%s%010d", entryPrefix, r.N) }

// entry is r's with its changes.
func (r *record) entry() Entry {
	e := r.Entry
	if r.words != nil {
		e.Changes = r.words()
	}
	if e.Changes == nil {
		e.Changes = []string{}
	}
	return e
}

// became is the outcome as of now.
func (r *record) became() Outcome {
	return Outcome{Live: r.Live, Envoys: r.Envoys, Running: r.Running, Refused: r.Refused}
}

func (r *record) encode() ([]byte, error) {
	kept := *r
	kept.Entry = r.entry()
	body, err := json.Marshal(&kept)
	if err != nil {
		return nil, err
	}
	body = append(body, '\n')
	return append(fmt.Appendf(nil, seal, sha256.Sum256(body)), body...), nil
}

// decode takes an entry only as encode wrote it.
func decode(text []byte) (*record, error) {
	first, body, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case !bytes.HasPrefix(first, []byte(magic)):
		return nil, errors.New("was not written by livefilter, or its beginning is damaged")
	case !bytes.HasPrefix(first, []byte(magic+"1,")):
		return nil, errors.New("has the format of another livefilter")
	case string(first)+"\n" != fmt.Sprintf(seal, sha256.Sum256(body)):
		return nil, errors.New("is damaged: it does not match its checksum")
	}
	r := &record{}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("is not an entry: %w", err)
	}
	if _, ok := r.Files[r.File]; !ok {
		return nil, fmt.Errorf("the config file %q is not among the files", r.File)
	}
	for path, f := range r.Files {
		if !sum.MatchString(f.SHA256) {
			return nil, fmt.Errorf("%s: %q is not a SHA-256", path, f.SHA256)
		}
	}
	r.outcome, r.revision, r.written, r.kept = r.became(), 1, 1, r.Files
	return r, nil
}
