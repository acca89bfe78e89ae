package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/livefilter/livefilter/internal/spelling"
)

// cursor walks text as the YAML parser counts it: columns are characters, and a carriage
// return ends a line on its own unless a line feed follows.
type cursor struct {
	line, column int
	afterCR      bool
}

func (c *cursor) advance(r rune) {
	switch {
	case r == '\n' && c.afterCR:
	case r == '\n' || r == '\r':
		c.line, c.column = c.line+1, 1
	default:
		c.column++
	}
	c.afterCR = r == '\r'
}

// isText reports whether data is UTF-8 that every reader sees alike. The YAML parser
// would refuse most of the rest too, but without saying where; and it takes a few odd
// characters for line ends, so that what looks like a comment might not be one.
func (p *parser) isText(data []byte) bool {
	if isUTF16(data) {
		p.errorf(1, 1, "", "the file is UTF-16; save it as UTF-8")
		return false
	}
	at := cursor{line: 1, column: 1}
	for rest := withoutBOM(data); len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			p.errorf(at.line, at.column, "", "not UTF-8 text (byte 0x%02x)", rest[0])
			return false
		case !printable(r):
			p.errorf(at.line, at.column, "", "%s is not allowed; write it as an escape in double quotes if you need it", character(r))
			return false
		}
		at.advance(r)
		rest = rest[size:]
	}
	return true
}

func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

func withoutBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }

func printable(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r < ' ', r >= 0x7f && r <= 0x9f: // C0, DEL, C1
		return false
	}
	return r != '\u2028' && r != '\u2029' && r != '\ufeff' && r != '\ufffe' && r != '\uffff'
}

// runeAt returns the character at a position, and whether there is anything but white
// space at or after it.
func runeAt(data []byte, line, column int) (rune, bool) {
	data = withoutBOM(data)
	at := cursor{line: 1, column: 1}
	for i, r := range string(data) {
		if at.line == line && at.column == column && !(r == '\n' && at.afterCR) {
			return r, len(bytes.TrimSpace(data[i:])) > 0
		}
		at.advance(r)
	}
	return 0, false
}

// end returns the position of the last character that is not white space.
func end(data []byte) (line, column int) {
	at := cursor{line: 1, column: 1}
	last := at
	for _, r := range strings.TrimRightFunc(string(withoutBOM(data)), unicode.IsSpace) {
		last = at
		at.advance(r)
	}
	return last.line, last.column
}

// character names r for a message.
func character(r rune) string {
	switch r {
	case ' ':
		return "a space"
	case '\t':
		return "a tab"
	case '\n':
		return "a line feed"
	case '\r':
		return "a carriage return"
	case 0:
		return "a NUL byte"
	}
	if name := unseenName(r); name != "" {
		return fmt.Sprintf("U+%04X (%s)", r, name)
	}
	if !printable(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return fmt.Sprintf("%q", r)
}

func quote(s string) string { return spelling.Quote(s) }
