package admin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/livefilter/livefilter/internal/source"
)

const (
	minToken = 16 // bytes
	// MaxTokenBytes is how large a file of a token may be.
	MaxTokenBytes = 4 << 10
)

// Token is what a file holds, as it is now.
type Token struct {
	log  *slog.Logger
	path string
	sum  atomic.Pointer[[sha256.Size]byte]
}

// OpenToken reads the token for the first time.
func OpenToken(log *slog.Logger, path string) (*Token, error) {
	text, err := ReadToken(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&0o007 != 0 {
		log.Warn("admin token is readable by every user of this machine: chmod o= it", "file", path)
	}
	t := &Token{log: log, path: path}
	t.set(text)
	return t, nil
}

func (t *Token) set(text string) {
	sum := sha256.Sum256([]byte(text))
	t.sum.Store(&sum)
}

// is says whether text is the token, in a time that does not depend on how much of it is right.
func (t *Token) is(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], t.sum.Load()[:]) == 1
}

// Run follows the file through files, which is for nothing else, until ctx is done. While it is missing or
// holds no token, the last one is good still: only another token revokes one.
func (t *Token) Run(ctx context.Context, files source.Source) error {
	return files.Run(ctx, func(read func(string) ([]byte, error)) error {
		data, err := read(t.path)
		var text string
		if err == nil {
			text, err = parseToken(t.path, data)
		}
		switch {
		case errors.Is(err, source.ErrChanged):
		case err != nil:
			t.log.Warn("admin token refused, the previous one stays valid", "file", t.path, "err", err)
		case !t.is(text):
			t.set(text)
			t.log.Info("admin token changed, the previous one is no longer valid", "file", t.path)
		}
		return err
	})
}

// ReadToken reads a file that holds a token and nothing else. It never waits for one that is not a regular file.
func ReadToken(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxTokenBytes+1))
	if err != nil {
		return "", err
	}
	return parseToken(path, data)
}

// parseToken's errors tell nothing of what data is.
func parseToken(path string, data []byte) (string, error) {
	text := strings.Trim(string(data), " \t\r\n")
	switch {
	case len(data) > MaxTokenBytes:
		return "", fmt.Errorf("%s is too long for a token: at most %d bytes", path, MaxTokenBytes)
	case len(text) < minToken:
		return "", fmt.Errorf("%s holds no token: at least %d bytes on one line (openssl rand -hex 32)", path, minToken)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%s holds no token: one line of ASCII without blanks", path)
	}
	return text, nil
}
