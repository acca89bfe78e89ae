package proxywasm

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/terminal"
)

// Level of a log line, as in proxy-wasm.
type Level uint32

// The levels, least important first.
const (
	Trace Level = iota
	Debug
	Info
	Warn
	Error
	Critical
)

func (l Level) String() string {
	if names := [...]string{"trace", "debug", "info", "warn", "error", "critical"}; int(l) < len(names) {
		return names[l]
	}
	return "unknown"
}

// Line is what the module logged once.
type Line struct {
	Level Level
	Text  string
}

// Bounds of a Log: the latest lines stay.
const (
	maxLines     = 256
	maxLineBytes = 4 << 10
)

// Log keeps the latest lines of a module, each cut to 4 KiB.
type Log struct {
	lines   []Line
	next    int              // where the oldest line is, once full
	rest    map[Level][]byte // of a line that has not ended yet
	Dropped int
}

// write takes output that comes in pieces, as Go's runtime writes a panic, and makes a line of each line.
func (l *Log) write(level Level, text []byte) {
	if l.rest == nil {
		l.rest = map[Level][]byte{}
	}
	text = append(l.rest[level], text...)
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole && len(text) <= maxLineBytes {
			l.rest[level] = slices.Clone(text)
			return
		}
		l.add(level, line)
		text = rest
	}
}

// flush makes lines of what did not end with a line break.
func (l *Log) flush() {
	for _, level := range []Level{Info, Error} {
		if text := l.rest[level]; len(text) > 0 {
			l.add(level, text)
			l.rest[level] = nil
		}
	}
}

func (l *Log) add(level Level, text []byte) {
	if len(text) > maxLineBytes {
		text = append(text[:maxLineBytes:maxLineBytes], "…"...)
	}
	line := Line{level, terminal.Text(strings.ToValidUTF8(string(text), "\ufffd"))}
	if len(l.lines) < maxLines {
		l.lines = append(l.lines, line)
		return
	}
	l.lines[l.next] = line
	l.next = (l.next + 1) % maxLines
	l.Dropped++
}

// Lines returns what is there, oldest first.
func (l *Log) Lines() []Line {
	l.flush()
	return append(append([]Line(nil), l.lines[l.next:]...), l.lines[:l.next]...)
}

// Reset forgets the lines.
func (l *Log) Reset() { *l = Log{} }

// LastWord is the line that most likely says why something failed: a panic if there was one, else the last error, else
// the last line.
func (l *Log) LastWord() string {
	var last, lastError, panicked string
	for _, line := range l.Lines() {
		if strings.Trim(line.Text, " \n\t\ufffd…") == "" {
			continue
		}
		last = line.Text
		if strings.HasPrefix(last, "panic: ") || strings.HasPrefix(last, "fatal error: ") {
			panicked = last
		}
		if line.Level >= Error {
			lastError = line.Text
		}
	}
	return cmp.Or(panicked, lastError, last)
}
