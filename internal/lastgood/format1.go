package lastgood

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"time"
)

// Earlier releases wrote a sealed list of the files, and beside it the contents by their SHA-256.
const (
	listName1 = "livefilter-last-good.json"
	prefix1   = "livefilter-file-"
)

var name1 = regexp.MustCompile(`^(livefilter-last-good\.json|livefilter-file-[0-9a-f]{64})$`)

type list1 struct {
	File    string    `json:"file"`
	Version string    `json:"version"`
	Saved   time.Time `json:"saved"`
	Files   []struct {
		Path   string `json:"path"`
		SHA256 string `json:"sha256"`
	} `json:"files"`
}

func (d *Dir) load1() (*Config, error) {
	text, err := d.read(listName1)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing was kept yet
	}
	var list list1
	if err == nil {
		text, err = unseal(text, 1, ",\n")
	}
	if err == nil {
		err = json.Unmarshal(append([]byte("{"), text...), &list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %w", listName1, err)
	}
	c := &Config{File: list.File, Version: list.Version, Saved: list.Saved.UTC(), Contents: map[string][]byte{}}
	for _, file := range list.Files {
		name := prefix1 + file.SHA256
		if !name1.MatchString(name) {
			return nil, fmt.Errorf("%s: %q is not a SHA-256", listName1, file.SHA256)
		}
		data, err := d.read(name)
		if err == nil && fmt.Sprintf("%x", sha256.Sum256(data)) != file.SHA256 {
			err = errors.New("is damaged: it does not match its checksum")
		}
		if err != nil { // %v: that one file is missing is not that nothing was kept
			return nil, fmt.Errorf("%s, kept as %s: %v", file.Path, name, err) //nolint:errorlint // see above
		}
		c.Contents[file.Path] = data
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", listName1, err)
	}
	return c, nil
}
