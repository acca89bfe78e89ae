package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	noAnchors   = "anchors and aliases are not supported; quote text that begins with & or *"
	noMergeKeys = "merge keys (<<) are not supported; write the fields out"
)

// value is one value in the file: its YAML node, and the path of fields that leads to it.
type value struct {
	*parser
	node *yaml.Node
	path string
}

// toldOf is the kind of a node that was refused already: whatever reads it says nothing more.
const toldOf yaml.Kind = 0

// at returns the value of node at path, and remembers where that is.
func (p *parser) at(node *yaml.Node, path string) value {
	p.positions[path] = Position{File: p.file, Line: node.Line, Column: node.Column}
	return value{p, node, path}.plain()
}

// plain refuses what YAML has beyond plain data: a reader should find each value where it
// is used, and what it means should not hang on a tag.
func (v value) plain() value {
	switch {
	case v.node.Kind == yaml.AliasNode || v.node.Anchor != "":
		v.errorf(noAnchors)
	case v.node.Style&yaml.TaggedStyle != 0 || v.node.Tag == "!":
		v.errorf("tags (!…) are not supported; quote text that begins with !")
	default:
		return v
	}
	v.node = &yaml.Node{Kind: toldOf, Line: v.node.Line, Column: v.node.Column}
	return v
}

func (v value) errorf(format string, args ...any) {
	v.parser.errorf(v.node.Line, v.node.Column, v.path, format, args...)
}

// errorAt reports what is wrong with a value that was read before, at path.
func (p *parser) errorAt(path, format string, args ...any) {
	at := p.positions[path]
	p.errorf(at.Line, at.Column, path, format, args...)
}

// is reports whether v is of kind. If not, it says that v must be what.
func (v value) is(kind yaml.Kind, what string) bool {
	switch {
	case v.node.Kind == toldOf:
		return false
	case isNull(v.node) && v.node.Value == "":
		v.errorf("must be %s, but there is no value", what)
	case isNull(v.node):
		v.errorf("must be %s, not null", what)
	case v.node.Kind == kind:
		return true
	case v.node.Kind == yaml.MappingNode:
		v.errorf("must be %s, not a mapping", what)
	case v.node.Kind == yaml.SequenceNode:
		v.errorf("must be %s, not a list", what)
	default:
		v.errorf("must be %s, not a single value", what)
	}
	return false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// list reads each entry of a list that has at least least entries, and at most most
// unless that is 0.
func (v value) list(least, most int, read func(value)) {
	if !v.is(yaml.SequenceNode, "a list ([a, b], or a line with \"- \" for each entry)") {
		return
	}
	entries := v.node.Content
	if len(entries) < least {
		v.errorf("must not be empty")
	}
	if most > 0 && len(entries) > most {
		v.errorf("must have at most %d entries, not %d", most, len(entries))
		entries = entries[:most]
	}
	for i, n := range entries {
		read(v.at(n, fmt.Sprintf("%s[%d]", v.path, i)))
	}
}

// fieldName is the name of the field that v is.
func (v value) fieldName() string { return v.path[strings.LastIndexByte(v.path, '.')+1:] }

// entry is one of those of the list v.
func (v value) entry(i int) value {
	return value{v.parser, v.node.Content[i], fmt.Sprintf("%s[%d]", v.path, i)}
}

// unique finds what is given twice: it maps a name to the path where it was first given.
type unique map[string]string

// first returns the path at which name was given before, or "" and remembers v's.
func (u unique) first(name string, v value) string {
	if path, ok := u[name]; ok {
		return path
	}
	u[name] = v.path
	return ""
}
