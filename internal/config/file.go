package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// fileName is what files are called that a config is about.
var fileName = regexp.MustCompile(`^[A-Za-z0-9._/ -]{1,200}\.(txt|csv|jsonl?|ya?ml|wasm|pem|crt|cer|key|conf|env)$`)

// unread names a file that is not there. Its name may be a value that stands in the wrong field.
func unread(path string) string {
	if fileName.MatchString(path) {
		return quote(path)
	}
	return "a file of that name"
}

// imageName is what images are called that have a registry, and a tag or a digest.
var imageName = regexp.MustCompile(`^[a-z0-9.-]+\.[a-z]+(:[0-9]+)?/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]+)$`)

// notFetched says what to do instead of naming a place on a network; "" where a path was named.
func notFetched(path string) string {
	scheme, _, found := strings.Cut(path, "://")
	switch {
	case imageName.MatchString(path), scheme == "oci", scheme == "docker":
		return "images are not fetched: take the file out of it first (oras pull IMAGE, or crane export IMAGE - | tar -x plugin.wasm), and name that"
	case !found:
		return ""
	case scheme == "file":
		return "name it by its path alone, without file://"
	}
	return "nothing is fetched: download it first (curl -fLO), and name the file"
}

// ReadName is the name under which a path that the config in file has is read: from that file's folder, or absolute.
func ReadName(file, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(filepath.Dir(file), path)
}

// file reads the file that v names. The path is returned as the user wrote it, cleaned;
// read gets it joined to the config file's folder.
func (v value) file(limit int) (path string, data []byte, ok bool) {
	path, ok = v.text()
	if !ok {
		return "", nil, false
	}
	if path == "" {
		v.errorf("must not be empty")
		return "", nil, false
	}
	data, err := v.read(ReadName(v.parser.file, path))
	if err != nil {
		// The user knows the path that they wrote; where it led is in the way.
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		hint := notFetched(path)
		if strings.HasPrefix(path, "~") || strings.Contains(path, "$") {
			hint = "neither ~ nor a variable is replaced in a path"
		}
		if hint != "" {
			hint = "; " + hint
		}
		v.errorf("cannot read %s: %v%s", unread(path), err, hint)
		return "", nil, false
	}
	if len(data) > limit {
		v.errorf("%s is larger than %d MiB", quote(path), limit>>20)
		return "", nil, false
	}
	return filepath.Clean(path), data, true
}
