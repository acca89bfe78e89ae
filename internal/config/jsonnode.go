package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// jsonNode returns JSON as the YAML that it means. An error says where, and does not repeat what is
// in data.
func jsonNode(data []byte) (*yaml.Node, error) {
	r := jsonReader{data: data, tokens: json.NewDecoder(bytes.NewReader(data))}
	r.tokens.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, r.wrong("is not one JSON value")
	}
	return n, nil
}

type jsonReader struct {
	data   []byte
	tokens *json.Decoder
}

// at is where the next token is.
func (r *jsonReader) at() (line, column int) {
	before := r.data[:r.tokens.InputOffset()]
	rest := bytes.TrimLeft(r.data[len(before):], " \t\r\n,:")
	before = r.data[:len(r.data)-len(rest)]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), utf8.RuneCount(before[start:]) + 1
}

func (r *jsonReader) wrong(what string) error {
	line, column := r.at()
	if bytes.Count(r.data, []byte("\n")) == 0 {
		return fmt.Errorf("%s at character %d", what, column)
	}
	return fmt.Errorf("%s at line %d, character %d", what, line, column)
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.ScalarNode}
	n.Line, n.Column = r.at()
	wrong := r.wrong("is not JSON")
	token, err := r.tokens.Token()
	if err != nil {
		return nil, wrong
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
		n.Tag, n.Value = "!!bool", fmt.Sprint(t)
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
	wrong := r.wrong("is not JSON")
	if _, err := r.tokens.Token(); err != nil {
		return wrong
	}
	return nil
}
