package config

import (
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// file reads a file of values: one a line, or where its name ends in .jsonl one entry of values a
// line.
func (l *valueList) file(v value) (path string) {
	path, data, ok := v.file(MaxBytes)
	if !ok {
		return ""
	}
	data, ok = v.fileText(path, data)
	switch {
	case !ok:
		return path
	case filepath.Ext(path) == ".jsonl":
		ok = v.jsonLines(path, data, l.entry)
	default:
		ok = v.lines(path, data, func(v value, s string) { l.line(v, s, Value{Weight: 1}) })
	}
	switch n := len(l.values); {
	case !ok:
	case n == 0:
		v.errorf("%s has no values; it needs one a line", quote(path))
	case n > maxValues:
		v.errorf("%s must have at most %d values, not %d", quote(path), maxValues, n)
	}
	return path
}

// line takes a value that somebody wrote by itself, on a line of a file say, where quotes mean nothing.
func (l *valueList) line(v value, s string, out Value) {
	if inQuotes(s) && notAValue(l.header, s) == "" {
		v.errorf("is in quotes, which would be part of the value; leave them out (if they are meant, write it in values, or in a .jsonl file)")
		return
	}
	out.Value = s
	l.add(v, out)
}

// fileText returns a file's text without the mark that some editors put before it, and whether it
// is text.
func (v value) fileText(path string, data []byte) (text []byte, ok bool) {
	switch {
	case isUTF16(data):
		v.errorf("%s is UTF-16; save it as UTF-8", quote(path))
	case !utf8.Valid(data):
		v.errorf("%s is not UTF-8 text", quote(path))
	default:
		return withoutBOM(data), true
	}
	return nil, false
}

// inQuotes says whether s is wholly in quotes of one kind.
func inQuotes(s string) bool {
	for _, q := range []string{`""`, `''`, "``", "“”", "‘’", "«»"} {
		open, end := q[:len(q)/2], q[len(q)/2:]
		if len(s) >= len(q) && strings.HasPrefix(s, open) && strings.HasSuffix(s, end) {
			return !strings.Contains(s[len(open):len(s)-len(end)], end)
		}
	}
	return false
}
