// Package protoyaml writes protobuf messages as YAML, as Envoy reads and documents them:
// fields under their proto names, in the order of their declaration.
package protoyaml

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Marshal returns m as a YAML document. The same message gives the same bytes.
func Marshal(m proto.Message) ([]byte, error) {
	n, err := Node(m)
	if err != nil {
		return nil, err
	}
	return Dump(n)
}

// Dump returns a node as a YAML document. No line is folded, however long.
func Dump(n *yaml.Node) ([]byte, error) {
	return yaml.Dump(n, yaml.WithIndent(2), yaml.WithCompactSeqIndent(), yaml.WithLineWidth(-1))
}

// JSON returns m as indented JSON, with the names and the order of Marshal.
func JSON(m proto.Message) ([]byte, error) {
	raw, err := protoJSON(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil { // protojson varies its spacing
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// Node returns m as a node, to be a part of a document.
func Node(m proto.Message) (*yaml.Node, error) {
	raw, err := protoJSON(m)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	n, err := value(dec)
	if err != nil {
		return nil, fmt.Errorf("read %s as JSON: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return n, nil
}

func protoJSON(m proto.Message) ([]byte, error) {
	raw, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write %s as JSON: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return raw, nil
}

// value reads one JSON value. A map would lose the order of the fields.
func value(dec *json.Decoder) (*yaml.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		return collection(dec, t)
	case string:
		return text(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(t)}, nil
	default: // nil
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	}
}

// collection reads the rest of an object or array, whose keys and values come in a row.
func collection(dec *json.Decoder, open json.Delim) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	if open == '{' {
		n.Kind = yaml.MappingNode
	}
	for dec.More() {
		v, err := value(dec)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, v)
	}
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle // {} and []
	}
	_, err := dec.Token() // the closing bracket
	return n, err
}
