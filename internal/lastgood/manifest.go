package lastgood

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

const (
	marker      = "livefilter state"
	format      = 1
	maxManifest = 1 << 20
	maxBlob     = 32 << 20
)

// manifest is what is on disk. Sum is the SHA-256 of its JSON with an empty Sum.
type manifest struct {
	Marker  string    `json:"marker"`
	Format  int       `json:"format"`
	File    string    `json:"file"`
	Version string    `json:"version"`
	Saved   time.Time `json:"saved"`
	Files   []entry   `json:"files"`
	Sum     string    `json:"sum"`
}

type entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func (m manifest) encode() ([]byte, error) {
	m.Marker, m.Format, m.Sum = marker, format, ""
	plain, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	m.Sum = sum(plain)
	return json.MarshalIndent(m, "", "  ")
}

// decode returns a manifest only if it is whole, and ours.
func decode(data []byte) (manifest, error) {
	var m manifest
	if len(data) > maxManifest {
		return m, errors.New("the manifest is too large to be one of ours")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("the manifest is damaged: %w", err)
	}
	switch {
	case m.Marker != marker:
		return m, errors.New("the manifest is not livefilter's")
	case m.Format > format:
		return m, fmt.Errorf("the state was written by a newer livefilter (format %d; this one reads %d)", m.Format, format)
	}
	whole, err := m.encode()
	if err != nil || !bytes.Equal(whole, data) {
		return m, errors.New("the manifest is damaged: its checksum does not match")
	}
	found := false
	for _, e := range m.Files {
		if !hexSum.MatchString(e.SHA256) || e.Size < 0 || e.Size > maxBlob {
			return m, errors.New("the manifest is damaged: an entry makes no sense")
		}
		found = found || e.Path == m.File
	}
	if !found {
		return m, errors.New("the manifest is damaged: it lacks the config itself")
	}
	return m, nil
}
