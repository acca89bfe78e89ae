package config

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// Limits of the built-in module (filter/config.go), which would refuse more. Common
// servers take header lines of 8 KiB at most (nginx, large_client_header_buffers).
const (
	maxHeaders    = 16
	maxValues     = 1000
	maxValueBytes = 8 << 10
	maxWeight     = 1000
)

func (v value) header(names unique) Header {
	h := Header{Pick: random, WhenAllOut: first}
	var values, from *value
	known := v.fields(
		required("name", func(v value) { h.Name = v.headerName(names) }),
		optional("values", func(v value) { values = &v }),
		optional("values_from", func(v value) { from = &v }),
		optional("evict", func(v value) { h.Evict = v.evict(&h.WhenAllOut) }),
	)
	given := unique{}
	read := func(v value) Value { return v.headerValue(h.Name, given) }
	switch {
	case values != nil && from != nil:
		from.errorf("the values are either here or in a file, not both")
	case values != nil:
		values.list(1, maxValues, func(v value) { h.Values = append(h.Values, read(v)) })
	case from != nil:
		h.ValuesFrom, h.Values = from.valuesFrom(h.Name, given, read)
	case known: // else one of them is likely misspelt
		v.errorf("needs either values or values_from")
	}
	return h
}

// headerValue reads an entry of values: text, or text with a weight.
func (v value) headerValue(header string, values unique) Value {
	out := Value{Weight: 1}
	switch {
	case v.node.Kind != yaml.MappingNode:
		out.Value = v.fieldValue(header, values)
		return out
	case !v.has("value") && !v.has("weight"):
		// Very likely text such as "bot (robot: yes)". It is not repeated here: it may be a secret.
		v.errorf(`must be text, or a mapping with value and weight; quote text that has ": " in it`)
		return out
	}
	v.fields(
		required("value", func(v value) { out.Value = v.fieldValue(header, values) }),
		optional("weight", func(v value) { out.Weight = v.number(maxWeight) }),
	)
	return out
}

// fieldValue returns the value of a header as RFC 9110, section 5.5, has it. Messages name
// the character that is wrong and never the value: it may be a secret.
func (v value) fieldValue(header string, values unique) string {
	what := "text"
	if isNull(v.node) {
		what = `text (the words null and ~ and empty text need quotes)`
	}
	if !v.is(yaml.ScalarNode, what) {
		return ""
	}
	s := v.node.Value
	if wrong := notAValue(header, s); wrong != "" {
		v.errorf("%s", wrong)
		return s
	}
	if before := values.first(s, v); before != "" {
		v.errorf("is the same as %s; to have it chosen more often, give that a weight", strings.TrimSuffix(before, ".value"))
	}
	return s
}
