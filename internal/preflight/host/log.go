package host

import (
	"cmp"
	"strings"
	"unicode"
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
	next    int // where the oldest line is, once full
	Dropped int
}

func (l *Log) add(level Level, text []byte) {
	if len(text) > maxLineBytes {
		text = append(text[:maxLineBytes:maxLineBytes], "…"...)
	}
	line := Line{level, strings.Map(printable, strings.ToValidUTF8(string(text), "\ufffd"))}
	if len(l.lines) < maxLines {
		l.lines = append(l.lines, line)
		return
	}
	l.lines[l.next] = line
	l.next = (l.next + 1) % maxLines
	l.Dropped++
}

// printable keeps lines from playing tricks on a terminal.
func printable(r rune) rune {
	if unicode.IsPrint(r) || r == '\n' || r == '\t' {
		return r
	}
	return '\ufffd'
}

// Lines returns what is there, oldest first.
func (l *Log) Lines() []Line {
	return append(append([]Line(nil), l.lines[l.next:]...), l.lines[:l.next]...)
}

// Reset forgets the lines.
func (l *Log) Reset() { *l = Log{} }

// LastWord is the line that most likely says why something failed: the last error if there is one, else the last line.
func (l *Log) LastWord() string {
	var last, lastError string
	for _, line := range l.Lines() {
		if strings.Trim(line.Text, " \n\t\ufffd…") == "" {
			continue
		}
		last = line.Text
		if line.Level >= Error {
			lastError = line.Text
		}
	}
	return cmp.Or(lastError, last)
}
