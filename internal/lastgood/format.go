package lastgood

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

const (
	format   = 2
	maxBytes = 256 << 20 // all files of a config together
	maxText  = 360 << 20 // that in base64, and the rest

	// Later formats begin like this too, so that an earlier server can say what they are.
	magic = `{"livefilter":"last good config","format":`
)

func encode(c Config) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Saved = c.Saved.UTC()
	body, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	body = append(body, '\n')
	return append(seal(format, "}\n", body), body...), nil
}

// decode takes a config only as encode wrote it.
func decode(text []byte) (*Config, error) {
	body, err := unseal(text, format, "}\n")
	if err != nil {
		return nil, err
	}
	c := &Config{}
	if err = json.Unmarshal(body, c); err == nil {
		err = c.check()
	}
	if err != nil {
		return nil, fmt.Errorf("is not a config: %w", err)
	}
	c.Saved = c.Saved.UTC()
	return c, nil
}

// check says what cannot be kept as it is: JSON would change what is not UTF-8.
func (c *Config) check() error {
	size := 0
	for path, data := range c.Contents {
		if path == "" || !utf8.ValidString(path) {
			return fmt.Errorf("path %q is empty or not UTF-8", path)
		}
		size += len(path) + len(data)
	}
	if _, ok := c.Contents[c.File]; !ok {
		return fmt.Errorf("the config file %q is not among the files", c.File)
	}
	if !utf8.ValidString(c.Version) {
		return fmt.Errorf("version %q is not UTF-8", c.Version)
	}
	if size += len(c.File) + len(c.Version) + len(c.Clients); size > maxBytes {
		return fmt.Errorf("its files have %d MiB together, at most %d MiB are kept", size>>20, maxBytes>>20)
	}
	return nil
}

// seal is the first line of a file that goes on with body. Its checksum is over bytes rather
// than values, so it holds whatever encoding/json does in later versions of Go.
func seal(format int, end string, body []byte) []byte {
	return fmt.Appendf(nil, `%s%d,"sha256":"%x"%s`, magic, format, sha256.Sum256(body), end)
}

// unseal returns what follows the first line, if that is the seal of it.
func unseal(text []byte, format int, end string) ([]byte, error) {
	rest, ours := bytes.CutPrefix(text, []byte(magic))
	number, _, _ := bytes.Cut(rest[:min(len(rest), 20)], []byte(","))
	switch n, err := strconv.Atoi(string(number)); {
	case !ours || err != nil:
		return nil, errors.New("was not written by livefilter, or its beginning is damaged")
	case n != format:
		return nil, fmt.Errorf("has format %d, of another livefilter; this one reads format %d", n, format)
	}
	_, body, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.Equal(text[:len(text)-len(body)], seal(format, end, body)) {
		return nil, errors.New("is damaged: it does not match its checksum")
	}
	return body, nil
}
