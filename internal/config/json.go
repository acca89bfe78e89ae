package config

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// writeJSON appends v as JSON in one form: keys sorted, no white space. Errors have the
// path of the config as a whole; their line and column are those of the value.
func (v value) writeJSON(b *bytes.Buffer) {
	v = v.plain()
	switch v.node.Kind {
	case yaml.MappingNode:
		v.writeObject(b)
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, n := range v.node.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			value{v.parser, n, v.path}.writeJSON(b)
		}
		b.WriteByte(']')
	case yaml.ScalarNode:
		v.writeScalar(b)
	}
}

func (v value) writeObject(b *bytes.Buffer) {
	var keys []string
	nodes := make(map[string]*yaml.Node)
	v.pairs(func(key value, node *yaml.Node) {
		keys = append(keys, key.node.Value)
		nodes[key.node.Value] = node
	})
	slices.Sort(keys)
	b.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		writeString(b, key)
		b.WriteByte(':')
		value{v.parser, nodes[key], v.path}.writeJSON(b)
	}
	b.WriteByte('}')
}

func (v value) writeScalar(b *bytes.Buffer) {
	switch v.node.Tag {
	case "!!null":
		b.WriteString("null")
	case "!!bool":
		b.WriteString(strings.ToLower(v.node.Value))
	case "!!int", "!!float":
		b.WriteString(v.jsonNumber())
	default: // text, and dates, which JSON has none of
		writeString(b, v.node.Value)
	}
}

// ambiguous are numbers that YAML 1.1 reads as octal and YAML 1.2 as decimal.
var ambiguous = regexp.MustCompile(`^[-+]?0[0-9_]`)

// jsonNumber returns the number as it is written where JSON can write it so: no digit is
// lost, and whole numbers stay whole. It may be a secret, which no message repeats.
func (v value) jsonNumber() string {
	s := v.node.Value
	if json.Valid([]byte(s)) {
		return s
	}
	if ambiguous.MatchString(s) {
		v.errorf("a number that is octal to some and decimal to others; write 0o… for octal, or quote it")
		return "0"
	}
	s = strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(s, 0, 64); err == nil {
		return strconv.FormatInt(i, 10)
	}
	if u, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 0, 64); err == nil {
		return strconv.FormatUint(u, 10)
	}
	f, err := strconv.ParseFloat(s, 64)
	out, jsonErr := json.Marshal(f)
	if err != nil || jsonErr != nil {
		v.errorf("JSON has no such number; quote it to hand it over as text")
		return "0"
	}
	return string(out)
}

// writeString appends s as a JSON string. Unlike json.Marshal it leaves <, > and & alone.
func writeString(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string into a buffer: neither can fail
	b.Truncate(b.Len() - 1)
}
