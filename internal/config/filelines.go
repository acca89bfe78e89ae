package config

import (
	"bytes"
	"fmt"
	"strings"
)

// lines calls read for each line of the file at path, without the blanks around it; empty lines and
// those that begin with # are left out. What read reports is an error of v, with the line. It stops
// at the first line with an error, and returns false.
func (v value) lines(path string, text []byte, read func(v value, line string)) bool {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		s := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), " \t")
		if s == "" || s[0] == '#' {
			continue
		}
		if !v.line(path, n, func(v value) { read(v, s) }) {
			return false
		}
	}
	return true
}

// line calls read for line n of the file at path. The first thing that it reports is an error of v,
// with the line; line returns false then.
func (v value) line(path string, n int, read func(value)) bool {
	where := fmt.Sprintf("line %d", n)
	p := &parser{file: v.parser.file, read: v.read, positions: map[string]Position{}}
	read(value{p, v.node, where})
	if len(p.errs) == 0 {
		return true
	}
	e := p.errs.sorted()[0]
	if field, ok := strings.CutPrefix(e.Path, where+"."); ok {
		where += ", " + field
	}
	v.errorf("%s, %s: %s", quote(path), where, e.Message)
	return false
}

// jsonLines is lines for a file in which each line is JSON.
func (v value) jsonLines(path string, text []byte, read func(value)) bool {
	return v.lines(path, text, func(v value, line string) {
		node, err := jsonNode([]byte(line))
		if err != nil {
			v.errorf("%v", err)
			return
		}
		read(v.parser.at(node, v.path))
	})
}
