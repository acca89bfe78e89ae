package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// nameInResponse returns the name of a response header to look at, in lower case.
func (v value) nameInResponse() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	name := strings.ToLower(s)
	if v.node.Tag == "!!bool" {
		v.errorf("must be the name of a header, such as x-ratelimit-reset, not %s", s)
	} else if wrong := notInResponse(name); wrong != "" {
		v.errorf("%s cannot be looked at: %s", header(s), wrong)
	}
	return name
}

// notInResponse says why no response has a header of that name, "" if one may.
func notInResponse(name string) string {
	switch {
	case name == ":status":
		return "statuses stand in on and forever"
	case name == ":authority" || name == "host":
		return "it belongs to requests"
	case unwritable[name] != "": // it cannot be written, but it can be read
		return ""
	}
	return notAHeader(name)
}

// responseHeaders reads headers and the values that they are looked for with, in any order.
func (v value) responseHeaders() []HeaderIs {
	if !v.is(yaml.MappingNode, `a mapping ({x-ratelimit-remaining: "0"})`) {
		return nil
	}
	var headers []HeaderIs
	given := unique{}
	v.pairs(func(key value, node *yaml.Node) {
		name := key.nameInResponse()
		at := v.at(node, v.pathOf(key.node.Value))
		if given.first(name, at) != "" {
			key.errorf("%s is there already", header(key.node.Value))
		}
		s, ok := at.text()
		switch wrong := notAValue("", s); {
		case !ok:
		case s == "":
			at.errorf("must not be empty: a response without the header says the same to the module")
		case wrong != "":
			at.errorf("%s", wrong)
		case strings.HasSuffix(s, "*"):
			at.errorf("must be the whole value; a * stands for nothing else here")
		}
		headers = append(headers, HeaderIs{name, s})
	})
	switch {
	case len(v.node.Content) == 0:
		v.errorf("must not be empty")
	case len(headers) > maxHeaders:
		v.errorf("must have at most %d headers, not %d", maxHeaders, len(headers))
	}
	slices.SortFunc(headers, func(a, b HeaderIs) int { return strings.Compare(a.Name, b.Name) })
	return headers
}
