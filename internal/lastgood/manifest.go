package lastgood

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	format      = 1
	maxManifest = 1 << 20 // bytes; some 5,000 files
	maxContents = 1 << 30 // bytes, all files of a config together
)

// manifest is the last good config without the contents. On disk it is one JSON object with
// three members before its own, always in this form and at the very beginning:
//
//	{"livefilter":"last good config","format":1,"sha256":"<of all after this line's comma>",
type manifest struct {
	File    string    `json:"file"`
	Version string    `json:"version"`
	Saved   time.Time `json:"saved"`
	Files   []entry   `json:"files"`
}

type entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // lower-case hex
}

// name is where the entry's content lies in the folder.
func (e entry) name() string { return filePrefix + e.SHA256 }

var (
	// Later formats begin like this too, so that an earlier server can say what they are.
	anyFormat  = regexp.MustCompile(`^\{"livefilter":"last good config","format":([1-9][0-9]{0,8}),`)
	thisFormat = regexp.MustCompile(`^"sha256":"([0-9a-f]{64})",\n`)
	isDigest   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (m manifest) encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	object, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	body := fmt.Appendf(nil, "%s\n", object[len("{\n"):])
	text := fmt.Appendf(nil, "{\"livefilter\":\"last good config\",\"format\":%d,\"sha256\":\"%s\",\n%s",
		format, digest(body), body)
	if len(text) > maxManifest {
		return nil, fmt.Errorf("%d files are too many: their list has %d bytes, at most %d are allowed",
			len(m.Files), len(text), maxManifest)
	}
	return text, nil
}

// decode takes a manifest only as encode wrote it. The checksum is over the bytes rather
// than the values, so it holds whatever encoding/json does in later versions of Go.
func decode(text []byte) (manifest, error) {
	head := anyFormat.FindSubmatch(text)
	if head == nil {
		return manifest{}, errors.New("was not written by livefilter, or its beginning is damaged")
	}
	if version, err := strconv.Atoi(string(head[1])); err != nil || version != format {
		return manifest{}, fmt.Errorf("has format %s, of a newer livefilter; this one reads format %d", head[1], format)
	}
	text = text[len(head[0]):]
	sum := thisFormat.FindSubmatch(text)
	if sum == nil {
		return manifest{}, errors.New("is damaged: it has no checksum")
	}
	body := text[len(sum[0]):]
	if digest(body) != string(sum[1]) {
		return manifest{}, errors.New("is damaged: it does not match its checksum")
	}
	var m manifest
	if err := json.Unmarshal(append([]byte("{\n"), body...), &m); err != nil {
		return manifest{}, fmt.Errorf("is not a manifest: %w", err)
	}
	if err := m.check(); err != nil {
		return manifest{}, fmt.Errorf("is not a manifest: %w", err)
	}
	return m, nil
}

func (m manifest) check() error {
	if !utf8.ValidString(m.Version) {
		return fmt.Errorf("version %q is not UTF-8", m.Version)
	}
	paths := make(map[string]bool, len(m.Files))
	left := int64(maxContents)
	for _, e := range m.Files {
		switch {
		case e.Path == "" || paths[e.Path]:
			return fmt.Errorf("path %q is empty or there twice", e.Path)
		case !utf8.ValidString(e.Path): // JSON would change it
			return fmt.Errorf("path %q is not UTF-8", e.Path)
		case !isDigest.MatchString(e.SHA256):
			return fmt.Errorf("path %q: %q is not a SHA-256", e.Path, e.SHA256)
		case e.Size < 0 || e.Size > left:
			return fmt.Errorf("path %q: all files together may have %d bytes", e.Path, maxContents)
		}
		paths[e.Path] = true
		left -= e.Size
	}
	if !paths[m.File] {
		return fmt.Errorf("the config file %q is not among the files", m.File)
	}
	return nil
}
