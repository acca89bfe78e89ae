package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// valueList is what is known of the values of a rule while they are read.
type valueList struct {
	header, prefix string
	given, aliases unique
	values         []Value
}

// add takes a value, or reports what is wrong with it, without repeating it: it may be a secret.
// v is where it stands.
func (l *valueList) add(v value, out Value) {
	wrong := notAPlainValue(l.header, out.Value)
	switch {
	case wrong != "" || l.prefix == "":
	case strings.HasSuffix(l.prefix, " ") && strings.HasPrefix(out.Value, l.prefix):
		wrong = "begins with the prefix already, which would be there twice"
	default:
		out.Value = l.prefix + out.Value
		wrong = notAPlainValue(l.header, out.Value)
	}
	if wrong != "" {
		v.errorf("%s", wrong)
	} else if before := l.given.first(out.Value, v); before != "" {
		v.errorf("is the same as %s; a weight has a value chosen more often", strings.TrimSuffix(before, ".value"))
	}
	l.values = append(l.values, out)
}

// entry reads an entry of values: text, or text with a weight and an alias.
func (l *valueList) entry(v value) {
	out := Value{Weight: 1}
	if v.node.Kind != yaml.MappingNode {
		l.text(v, out)
		return
	}
	if !v.has("value", "weight", "as") {
		// Very likely text such as "bot (robot: yes)". It is not repeated here: it may be a secret.
		v.errorf(`must be text, or a mapping with value, weight and as; quote text that has ": " in it`)
		return
	}
	var text *value
	v.fields(
		required("value", func(v value) { text = &v }),
		optional("weight", func(v value) { out.Weight = v.number(maxWeight) }),
		optional("as", func(v value) { out.As = v.alias(l.aliases) }),
	)
	if text != nil {
		l.text(*text, out)
	}
}

func (l *valueList) text(v value, out Value) {
	what := "text"
	if isNull(v.node) {
		what = `text (the words null and ~ and empty text need quotes)`
	}
	if v.is(yaml.ScalarNode, what) {
		out.Value = v.node.Value
		l.add(v, out)
	}
}

// valuePrefix returns what stands before each value of a rule, "" after an error.
func (v value) valuePrefix() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	switch wrong := notAValue("", strings.TrimRight(s, " ")); {
	case s == "":
		v.errorf("must not be empty; without a prefix, leave the field out")
	case wrong != "":
		v.errorf("%s", wrong)
	case scheme.MatchString(s):
		v.errorf(`needs the space between it and the value, in quotes: "%s "`, s)
	default:
		return s
	}
	return ""
}

// scheme are names of HTTP authentication, which a space follows.
var scheme = regexp.MustCompile(`(?i)^(basic|bearer|digest|token|apikey|api-key|key|negotiate)$`)

var (
	aliasText = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	index     = regexp.MustCompile(`^[0-9]+$`)
)

// alias returns what figures call a value instead of its number.
func (v value) alias(given unique) string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	switch before := given.first(s, v); {
	case !aliasText.MatchString(s):
		v.errorf("must have 1 to 64 letters, digits, '-' and '_'")
	case index.MatchString(s):
		v.errorf("must not be a number: a value without an alias is called by its number")
	case before != "":
		v.errorf("%s is %s already", quote(s), before)
	}
	return s
}
