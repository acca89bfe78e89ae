package config

import (
	"bytes"
	"fmt"
	"strings"
)

// jsonLines calls read for each line of the file at path, which is JSON: its errors are those of v,
// with the line in the file. Empty lines and those that begin with # are left out. It stops at the
// first line with an error, and returns false.
func (v value) jsonLines(path string, data []byte, read func(value)) bool {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		where := fmt.Sprintf("line %d", n)
		node, err := jsonNode(line, n)
		if err != nil {
			v.errorf("%s, %s: %v", quote(path), where, err)
			return false
		}
		p := &parser{file: v.parser.file, read: v.read, positions: map[string]Position{}}
		read(p.at(node, where))
		if len(p.errs) > 0 {
			e := p.errs.sorted()[0]
			if field, ok := strings.CutPrefix(e.Path, where+"."); ok {
				where += ", " + field
			}
			v.errorf("%s, %s: %s", quote(path), where, e.Message)
			return false
		}
	}
	return true
}
