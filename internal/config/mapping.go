package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/spelling"
)

// field is a field that a mapping may have.
type field struct {
	name    string
	missing string // what to say if it is not there; "" for nothing
	read    func(value)
}

func required(name string, read func(value)) field { return field{name, "is required", read} }
func optional(name string, read func(value)) field { return field{name, "", read} }

// fields reads a mapping: every known field that is there, in the order in which they are
// known. It reports fields that are unknown, missing or given twice, and returns whether
// v is a mapping without unknown ones.
func (v value) fields(known ...field) bool {
	names := make([]string, len(known))
	needed := false
	for i, f := range known {
		names[i] = f.name
		needed = needed || f.missing != ""
	}
	what := "a mapping (" + strings.Join(names, ", ") + ")"
	if !needed {
		what += " or {}"
	}
	if !v.is(yaml.MappingNode, what) {
		return false
	}
	allKnown := true
	given := make(map[string]*yaml.Node)
	misspelt := make(map[string]bool)
	v.pairs(func(key value, node *yaml.Node) {
		given[key.node.Value] = node
		for _, name := range names {
			if name == key.node.Value {
				return
			}
		}
		allKnown = false
		if wish := v.wishFor(key.node.Value); wish != "" {
			key.errorf("unknown field %s; %s", quote(key.node.Value), wish)
		} else if near := spelling.Nearest(key.node.Value, names); near != "" {
			misspelt[near] = true
			key.errorf("unknown field %s; did you mean %s?", quote(key.node.Value), near)
		} else {
			key.errorf("unknown field; here may be %s", strings.Join(names, ", "))
		}
	})
	for _, f := range known {
		if node, ok := given[f.name]; ok {
			f.read(v.at(node, v.pathOf(f.name)))
		} else if f.missing != "" && !misspelt[f.name] {
			v.lacks(f.name, f.missing)
		}
	}
	return allKnown
}

// has reports whether a mapping has one of the fields.
func (v value) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return v.child(name) != nil })
}

// field is the value of the field name, which v has.
func (v value) field(name string) value { return value{v.parser, v.child(name), v.pathOf(name)} }

// lacks reports the field name, which v has not got.
func (v value) lacks(name, why string) {
	v.parser.errorf(v.node.Line, v.node.Column, v.pathOf(name), "%s", why)
}

// pathOf is the path of the field name. What cannot be the name of anything is left out: it may be a
// value in the wrong place.
func (v value) pathOf(name string) string {
	if !token.MatchString(strings.TrimPrefix(name, ":")) {
		name = "…"
	}
	return strings.TrimPrefix(v.path+"."+name, ".")
}

func (v value) child(name string) *yaml.Node {
	if v.node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if v.node.Content[i].Value == name {
			return v.node.Content[i+1]
		}
	}
	return nil
}

// pairs calls read for each key of a mapping and the node that it has, in the order of the
// file. Keys that are no plain text, or that were there before, are reported and left out.
// The path of a key is that of its mapping.
func (v value) pairs(read func(key value, node *yaml.Node)) {
	lines := make(map[string]int)
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := value{v.parser, v.node.Content[i], v.path}.plain()
		switch name := key.node.Value; {
		case key.node.Kind == toldOf:
		case key.node.Kind != yaml.ScalarNode || isNull(key.node):
			key.errorf("a field's name must be text")
		case key.node.Tag == "!!merge":
			key.errorf(noMergeKeys)
		case lines[name] > 0:
			key.errorf("this field is given twice, first in line %d", lines[name])
		default:
			lines[name] = key.node.Line
			read(key, v.node.Content[i+1])
		}
	}
}
