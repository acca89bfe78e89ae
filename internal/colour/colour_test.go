package colour_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/livefilter/livefilter/internal/colour"
)

// terminal opens a pseudo-terminal of 100 columns.
func terminal(t *testing.T) *os.File {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("NOT TESTED: no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := unix.IoctlSetWinsize(int(f.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFor(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer pipe.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	screen := terminal(t)

	for _, c := range []struct {
		name          string
		w             io.Writer
		noColor, term string
		want          string
		terminal      bool
		width         int
	}{
		{"terminal", screen, "", "xterm", "\x1b[31ma\x1b[0m\n\n\x1b[31mb\x1b[0m\n", true, 100},
		{"NO_COLOR", screen, "1", "xterm", "a\n\nb\n", true, 100},
		{"dumb", screen, "", "dumb", "a\n\nb\n", true, 100},
		{"file", file, "", "xterm", "a\n\nb\n", false, 80},
		{"pipe", pipe, "", "xterm", "a\n\nb\n", false, 80},
		{"/dev/null", null, "", "xterm", "a\n\nb\n", false, 80},
		{"memory", new(bytes.Buffer), "", "xterm", "a\n\nb\n", false, 80},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("TERM", c.term)
			if got := colour.For(c.w).Bad("a\n\nb\n"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := colour.IsTerminal(c.w); got != c.terminal {
				t.Errorf("terminal: %v", got)
			}
			if got := colour.Width(c.w); got != c.width {
				t.Errorf("%d columns, want %d", got, c.width)
			}
		})
	}
}

func TestPalette(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	p := colour.For(terminal(t))
	for got, want := range map[string]string{
		p.Good("x"): "\x1b[32mx\x1b[0m", p.Warn("x"): "\x1b[33mx\x1b[0m", p.Strong("x"): "\x1b[1mx\x1b[0m", p.Faint("x"): "\x1b[2mx\x1b[0m",
		p.Good(""): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
