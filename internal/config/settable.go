package config

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// table reads a CSV file (RFC 4180) with a head: names of headers, weight and as. A cell that is
// empty is a header that the choice lacks. It stops at the first line with an error.
func (l *setList) table(v value, path string, data []byte) bool {
	r := csv.NewReader(strings.NewReader(string(data)))
	r.Comma = separator(string(data))
	r.Comment = '#'
	r.FieldsPerRecord = -1               // row says more
	r.TrimLeadingSpace = r.Comma != '\t' // it would take empty cells away
	var head []string
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return true
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			v.errorf("%s, line %d: %v", quote(path), syntax.Line, syntax.Err)
			return false
		}
		line, _ := r.FieldPos(0)
		if !v.line(path, line, func(v value) {
			if head == nil {
				head = l.head(v, cells)
			} else {
				l.row(v, head, cells)
			}
		}) {
			return false
		}
	}
}

// separator is what is between columns: spreadsheets write semicolons where a number has a decimal
// comma, and some tabs. No header's name has any of them.
func separator(text string) rune {
	for line := range strings.Lines(text) {
		if s := strings.TrimSpace(line); s == "" || s[0] == '#' {
			continue
		}
		for _, r := range ",;\t" {
			if strings.ContainsRune(line, r) {
				return r
			}
		}
		break
	}
	return ','
}

func (l *setList) head(v value, cells []string) (head []string) {
	given := unique{}
	for _, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		if name == "" {
			v.errorf("column %d has no name", len(head)+1)
			return nil
		}
		if !reserved(name) {
			v.node = &yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimSpace(cell), Line: v.node.Line, Column: v.node.Column}
			name = l.name(v)
		}
		if given.first(name, v) != "" {
			v.errorf("%s has two columns", header(name))
		}
		head = append(head, name)
	}
	if len(l.order) == 0 {
		v.errorf("the first line must be the names of headers")
	}
	return head
}

func (l *setList) row(v value, head, cells []string) {
	if len(cells) != len(head) {
		v.errorf("the columns are %d, and in the first line %d; text with the separator in it needs quotes", len(cells), len(head))
		return
	}
	c := choice{v: v, texts: map[string]string{}, out: Value{Weight: 1}}
	for i, cell := range cells {
		cell = strings.Trim(cell, " \t")
		switch name := head[i]; {
		case cell == "":
		case name == "weight":
			n, err := strconv.ParseUint(cell, 10, 32)
			if err != nil || n < 1 || n > maxWeight {
				v.errorf("the weight must be a number from 1 to %d", maxWeight)
			}
			c.out.Weight = uint32(n)
		case name == "as":
			at := v
			at.node = &yaml.Node{Kind: yaml.ScalarNode, Value: cell, Tag: "!!str", Line: v.node.Line, Column: v.node.Column}
			c.out.As = at.alias(l.aliases)
		default:
			l.text(v, name, cell, c.texts)
		}
	}
	if len(c.texts) == 0 {
		v.errorf("there is no header in this line")
	}
	l.choices = append(l.choices, c)
}
