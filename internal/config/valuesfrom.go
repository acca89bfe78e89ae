package config

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// valuesFrom reads a file of values: one a line, or where its name ends in .jsonl one entry of
// values a line, for which read is called.
func (v value) valuesFrom(header string, given unique, read func(value) Value) (path string, values []Value) {
	path, data, ok := v.file(MaxBytes)
	if !ok {
		return "", nil
	}
	data, ok = v.lines(path, data)
	switch {
	case !ok:
		return path, nil
	case filepath.Ext(path) == ".jsonl":
		ok = v.jsonLines(path, data, func(v value) { values = append(values, read(v)) })
	default:
		values, ok = v.plainLines(path, data, header, given)
	}
	switch {
	case !ok:
		return path, nil
	case len(values) == 0:
		v.errorf("%s has no values; it needs one a line", quote(path))
	case len(values) > maxValues:
		v.errorf("%s must have at most %d values, not %d", quote(path), maxValues, len(values))
	}
	return path, values
}

// lines returns a file's text without the mark that some editors put before it, and whether it is text.
func (v value) lines(path string, data []byte) ([]byte, bool) {
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

// plainLines reads values, one a line. Blanks around them, empty lines and those that begin with #
// are left out. It stops at the first error.
func (v value) plainLines(path string, data []byte, header string, given unique) (values []Value, ok bool) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		s := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), " \t")
		if s == "" || s[0] == '#' {
			continue
		}
		wrong := notAValue(header, s)
		switch {
		case wrong != "":
		case inQuotes(s):
			wrong = "is in quotes, which would be part of the value; leave them out (if they are meant, a .jsonl file has them)"
		case given.first(s, v) != "":
			wrong = "is in the file already"
		}
		if wrong != "" {
			v.errorf("%s, line %d: %s", quote(path), n, wrong)
			return nil, false
		}
		values = append(values, Value{Value: s, Weight: 1})
	}
	return values, true
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
