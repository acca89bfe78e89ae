package try

import (
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Rule is what the built-in module chooses for a header, or for several that belong together.
type Rule struct {
	Headers []string // lower case
	Values  []string // as the module has them in its shared data
	set     bool
	as      map[string]string // the aliases of values that have one
}

func rule(h config.Header) Rule {
	r := Rule{Headers: h.Headers(), set: h.Names != nil, as: map[string]string{}}
	for _, v := range h.Values {
		value := v.Value
		if r.set {
			value = together(v.Set)
		}
		r.Values = append(r.Values, value)
		if v.As != "" {
			r.as[value] = v.As
		}
	}
	return r
}

// Of several headers the module keeps the values one after the other (filter/internal/config).
const partEnd, absent = "\n", "\r"

func together(parts []*string) string {
	var b strings.Builder
	for _, p := range parts {
		text := absent
		if p != nil {
			text = *p
		}
		b.WriteString(text + partEnd)
	}
	return b.String()
}

// name is what the rule's headers are called together.
func (r Rule) name() string { return strings.Join(r.Headers, " + ") }

// words is a value of the rule's for a person.
func (r Rule) words(value string) string {
	if !r.set {
		return value
	}
	parts := strings.Split(strings.TrimSuffix(value, partEnd), partEnd)
	for i, p := range parts {
		if p == absent {
			parts[i] = "(none)"
		}
	}
	return strings.Join(parts, " + ")
}

// chosen is the value that a request has, if it has one of the rule's.
func (r Rule) chosen(l headers.List) (value string, ok bool) {
	if !r.set {
		return l.Get(r.Headers[0])
	}
	var parts []*string
	for _, name := range r.Headers {
		v, there := l.Get(name)
		if !there {
			parts = append(parts, nil)
			continue
		}
		parts = append(parts, &v)
	}
	value = together(parts)
	return value, slices.Contains(r.Values, value)
}

// setIn are the rule's headers, as far as they are in l.
func (r Rule) setIn(l headers.List) (set headers.List) {
	for _, name := range r.Headers {
		if v, there := l.Get(name); there {
			set = append(set, headers.Header{Name: name, Value: v})
		}
	}
	return set
}
