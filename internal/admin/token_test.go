package admin

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/watch"
)

func TestReadToken(t *testing.T) {
	const good = "0123456789abcdef"
	for text, want := range map[string]string{
		good:                       "",
		good + "\n":                "",
		" \t" + good + " \r\n\n":   "",
		"":                         "holds no token: at least 16 bytes",
		"\n":                       "holds no token: at least 16 bytes",
		good[:15]:                  "holds no token: at least 16 bytes",
		strings.Repeat(" ", 99):    "holds no token: at least 16 bytes",
		good + " " + good:          "without blanks",
		good + "\n" + good:         "without blanks",
		good + "\x00":              "without blanks",
		good + "ü":                 "without blanks",
		strings.Repeat("x", 4<<10): "",
		strings.Repeat("x", 5<<10): "is too long",
	} {
		got, err := ReadToken(tokenFile(t, text))
		switch {
		case want == "" && (err != nil || got != strings.TrimSpace(text)):
			t.Errorf("%q: %q, %v", text, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), good[:8])):
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{pipe, t.TempDir(), os.DevNull, "no-such"} {
		if _, err := ReadToken(odd); err == nil {
			t.Errorf("%s: no error", odd)
		}
	}
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestTokenThatEverybodyReads(t *testing.T) {
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true} {
		file, log := tokenFile(t, secret), &buffer{}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenToken(slog.New(slog.NewTextHandler(log, nil)), file); err != nil || strings.Contains(log.String(), "chmod o=") != warned {
			t.Errorf("%o: %v, %s", mode, err, log)
		}
	}
}

// Another token in the file revokes the old one; a file that is gone, empty or broken does not, and no log has a token.
func TestTokenIsFollowed(t *testing.T) {
	const other = "another-token-0123456789"
	file, log := tokenFile(t, secret), &buffer{}
	token, err := OpenToken(slog.New(slog.NewTextHandler(log, nil)), file)
	if err != nil {
		t.Fatal(err)
	}
	files, err := watch.New(slog.New(slog.DiscardHandler), MaxTokenBytes)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- token.Run(ctx, files) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	refusals := func() int { return strings.Count(log.String(), "admin token refused") }

	for i, breaks := range []func() error{
		func() error { return os.Remove(file) },
		func() error { return os.WriteFile(file, []byte("\n"), 0o600) },
		func() error { return os.WriteFile(file, []byte(other+" "+other), 0o600) },
		func() error { return os.WriteFile(file, []byte(strings.Repeat("x", 5<<10)), 0o600) },
	} {
		if err := breaks(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a refusal is logged", func() bool { return refusals() > i })
		if !token.is(secret) {
			t.Fatal("the last token is good no more")
		}
	}
	next := file + ".next"
	if err := os.WriteFile(next, []byte(other+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, file); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the other token is good", func() bool { return token.is(other) })
	eventually(t, "it is logged", func() bool { return strings.Contains(log.String(), "admin token changed") })
	if token.is(secret) {
		t.Error("the old token is good still")
	}
	if s := log.String(); strings.Contains(s, other) || strings.Contains(s, secret) {
		t.Errorf("the log has a token: %s", s)
	}
}
