package config

import (
	"strings"
	"unicode/utf8"
)

// valuesFrom reads a file of values, one a line. Empty lines are left out.
func (v value) valuesFrom(header string, given unique) (path string, values []Value) {
	path, data, ok := v.file(MaxBytes)
	if !ok {
		return "", nil
	}
	if !utf8.Valid(data) {
		v.errorf("%s is not UTF-8 text", quote(path))
		return path, nil
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" {
			continue
		}
		if wrong := notAValue(header, line); wrong != "" {
			v.errorf("%s, line %d: %s", quote(path), n, wrong)
			return path, nil
		}
		if given.first(line, v) != "" {
			v.errorf("%s, line %d: is in the file already", quote(path), n)
			return path, nil
		}
		values = append(values, Value{Value: line, Weight: 1})
	}
	switch {
	case len(values) == 0:
		v.errorf("%s has no values; it needs one a line", quote(path))
	case len(values) > maxValues:
		v.errorf("%s must have at most %d values, not %d", quote(path), maxValues, len(values))
	}
	return path, values
}
