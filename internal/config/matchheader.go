package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// matchHeaders reads headers, each with one text or a list, in the order of their names.
func (v value) matchHeaders() (all []HeaderMatch) {
	if !v.is(yaml.MappingNode, "a mapping of header names to values") {
		return nil
	}
	if n := len(v.node.Content) / 2; n > maxMatchHeaders {
		v.errorf("must have at most %d headers, not %d", maxMatchHeaders, n)
	}
	v.notEmpty("must not be empty")
	given := unique{}
	v.pairs(func(key value, node *yaml.Node) {
		v := key.at(node, v.pathOf(key.node.Value))
		name := strings.ToLower(key.node.Value)
		if wrong := notMatched(name); wrong != "" {
			key.errorf("%s cannot be matched: %s", header(key.node.Value), wrong)
			return
		}
		if before := given.first(name, v); before != "" {
			key.errorf("%s is in the list already; names have no case", quote(key.node.Value))
			return
		}
		values := v.texts(value.matchValue)
		all = append(all, HeaderMatch{Name: name, Values: values})
	})
	slices.SortFunc(all, func(a, b HeaderMatch) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// notMatched says why there is no header called name to look at, or returns "".
func notMatched(name string) string {
	switch {
	case name == "host", name == ":authority":
		return "hosts have the field host"
	case name == ":path":
		return "paths have the field path"
	case name == ":method":
		return "methods have the field methods"
	case strings.HasPrefix(name, ":"):
		return "it is not a header"
	case strings.HasPrefix(name, "x-envoy-"):
		return "it is taken off requests before a filter sees them"
	case name == UpstreamHeader:
		return "it is livefilter's own"
	case unwritable[name] != "": // what can be read is more than what can be written
		return ""
	}
	return notAHeader(name)
}

// matchValue reads what a header must be: "exact", "prefix*" or "*".
func (v value) matchValue() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if s == "" {
		v.errorf(`must not be empty; "*" is for a header with any value`)
		return ""
	}
	if wrong := notAValue("", s); wrong != "" {
		v.errorf("%s", wrong)
		return ""
	}
	return s
}
