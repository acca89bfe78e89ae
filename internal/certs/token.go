package certs

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
)

// KeepToken makes sure that the file has a token, a line that nobody can guess, and says why it made one, or "".
func KeepToken(file string) (made string, err error) {
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		made = "new"
	case errors.Is(err, fs.ErrPermission):
		made = another
	case err != nil:
		return "", err
	case len(bytes.TrimSpace(old)) < len(rand.Text()):
		made = "the old one is too short"
	default:
		return "", nil
	}
	return made, writeFile(file, []byte(rand.Text()+"\n"), 0o600)
}
