package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// jsonNode returns JSON as the YAML that it means. An error says where, and does not repeat what is
// in data.
func jsonNode(data []byte) (*yaml.Node, error) {
	r := jsonReader{data: data, at: cursor{line: 1, column: 1}, tokens: json.NewDecoder(bytes.NewReader(data))}
	r.tokens.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if r.next(); len(r.data) > r.offset {
		return nil, r.wrong("is not one JSON value")
	}
	return n, nil
}

type jsonReader struct {
	data   []byte
	tokens *json.Decoder
	offset int // of the token that comes next, which is at
	at     cursor
}

// next moves to the token that comes next.
func (r *jsonReader) next() {
	for r.offset < len(r.data) {
		c, size := utf8.DecodeRune(r.data[r.offset:])
		if int64(r.offset) >= r.tokens.InputOffset() && !strings.ContainsRune(" \t\r\n,:", c) {
			return
		}
		r.offset += size
		r.at.advance(c)
	}
}

func (r *jsonReader) wrong(what string) error {
	if bytes.Count(r.data, []byte("\n")) == 0 {
		return fmt.Errorf("%s at character %d", what, r.at.column)
	}
	return fmt.Errorf("%s at line %d, character %d", what, r.at.line, r.at.column)
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	r.next()
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: r.at.line, Column: r.at.column}
	token, err := r.tokens.Token()
	if err != nil {
		return nil, r.wrong("is not JSON")
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, r.wrong(fmt.Sprintf("is nested deeper than %d levels", maxDepth))
		}
		return n, r.container(n, t, depth)
	case string:
		n.Tag, n.Style, n.Value = "!!str", yaml.DoubleQuotedStyle, t
	case json.Number:
		n.Tag, n.Value = "!!float", t.String()
		if _, err := t.Int64(); err == nil {
			n.Tag = "!!int"
		}
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(t)
	default:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, nil
}

// container reads a list or a mapping, whose first token was read.
func (r *jsonReader) container(n *yaml.Node, begin json.Delim, depth int) error {
	n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	if begin == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for r.tokens.More() {
		child, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Content = append(n.Content, child)
	}
	r.next()
	if _, err := r.tokens.Token(); err != nil {
		return r.wrong("is not JSON")
	}
	return nil
}
