package config

import (
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"
)

// file reads a file of values: one a line, or where its name ends in .jsonl one entry of values a
// line.
func (l *valueList) file(v value) (path string) {
	return v.valuesFile(func(path string, text []byte) (int, bool) {
		ok := false
		if filepath.Ext(path) == ".jsonl" {
			ok = v.jsonLines(path, text, l.entry)
		} else {
			ok = v.lines(path, text, func(v value, s string) { l.line(v, s, Value{Weight: 1}) })
		}
		return len(l.values), ok
	})
}

// valuesFile reads the file that v names. read takes its text, and returns how many values it has,
// and whether there was no error.
func (v value) valuesFile(read func(path string, text []byte) (n int, ok bool)) (path string) {
	path, data, ok := v.file(MaxBytes)
	if !ok {
		return ""
	}
	text, ok := v.fileText(path, data)
	if !ok {
		return path
	}
	switch n, ok := read(path, text); {
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
	if more := moreThanAValue(s); more != "" && notAValue(l.header, s) == "" {
		v.errorf("%s, which would be part of the value; leave it out (if it is meant, write it in values, or in a .jsonl file)", more)
		return
	}
	out.Value = s
	l.add(v, out)
}

var (
	exported = regexp.MustCompile(`^export[ \t]+[A-Za-z_][A-Za-z0-9_]*=`)
	note     = regexp.MustCompile(`[ \t]#[ \t]`)
)

// moreThanAValue says what of a line people write around values elsewhere, "" if there is nothing of
// that kind. It does not repeat the line. NAME=value alone may be a value: a cookie is one.
func moreThanAValue(s string) string {
	switch {
	case inQuotes(s):
		return "is in quotes"
	case exported.MatchString(s):
		return "has export and a variable's name in front"
	case note.MatchString(s):
		return "ends in a comment"
	case strings.HasPrefix(s, "- "):
		return "has the dash of a YAML list in front"
	case strings.HasPrefix(s, "-----BEGIN "):
		return "has the head of a PEM file"
	}
	return ""
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
