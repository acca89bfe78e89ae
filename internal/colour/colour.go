// Package colour marks words for people who read them on a terminal. Files and pipes get the words alone.
package colour

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Palette has one method for each meaning. The zero Palette returns words as they are.
type Palette struct{ on bool }

// For returns the palette of w: without colours unless w is a terminal, and where NO_COLOR is set to anything or TERM is
// dumb (https://no-color.org).
func For(w io.Writer) Palette {
	return Palette{IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// Good is for what is as it should be: live, added.
func (p Palette) Good(words string) string { return p.paint("32", words) }

// Bad is for errors, for what is not live, and for what a change takes away.
func (p Palette) Bad(words string) string { return p.paint("31", words) }

// Warn is for what works and wants a look.
func (p Palette) Warn(words string) string { return p.paint("33", words) }

// Strong is for what the eye should find first: names, headings.
func (p Palette) Strong(words string) string { return p.paint("1", words) }

// Faint is for what few readers need: hashes, units.
func (p Palette) Faint(words string) string { return p.paint("2", words) }

// paint colours each line on its own, so that a pager or grep that takes one line takes its colour too.
func (p Palette) paint(code, words string) string {
	if !p.on || words == "" {
		return words
	}
	lines := strings.Split(words, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "\x1b[" + code + "m" + line + "\x1b[0m"
		}
	}
	return strings.Join(lines, "\n")
}

// IsTerminal reports whether w is a terminal, which lines can be redrawn on.
func IsTerminal(w io.Writer) bool {
	_, ok := size(w)
	return ok
}

// Width is how many columns the terminal w has; 80 where w is no terminal, or does not know.
func Width(w io.Writer) int {
	if s, ok := size(w); ok && s.Col > 0 {
		return int(s.Col)
	}
	return 80
}

// Height is how many rows the terminal w has; 24 where w is no terminal, or does not know.
func Height(w io.Writer) int {
	if s, ok := size(w); ok && s.Row > 0 {
		return int(s.Row)
	}
	return 24
}

// size asks for the window's size: on Linux and on darwin terminals alone answer that.
func size(w io.Writer) (unix.Winsize, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return unix.Winsize{}, false
	}
	raw, err := f.SyscallConn() // Fd() would make the file blocking
	if err != nil {
		return unix.Winsize{}, false
	}
	var s *unix.Winsize
	if e := raw.Control(func(fd uintptr) { s, err = unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ) }); e != nil || err != nil {
		return unix.Winsize{}, false
	}
	return *s, true
}
