package protoyaml

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Plain words that are more than that to a reader of YAML 1.1, as Kubernetes has one: yes is
// true there, 1_000 a number, 12:30 one to the base of 60 and 1.2.3.4 perhaps one as well.
var (
	words   = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null|nil|~|[+-]?\.(inf|nan))$`)
	numbers = regexp.MustCompile(`^[-+.]?[0-9][-+0-9a-fA-FxXoOtTzZ_.: ]*$`)
)

// String returns s as a YAML string on one line, quoted where it must be.
func String(s string) (string, error) {
	out, err := Dump(text(s))
	return strings.TrimSuffix(string(out), "\n"), err
}

// text is a string that every YAML reader takes for that string.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case s == "" || words.MatchString(s) || numbers.MatchString(s) || s == "=" || s == "<<":
		n.Style = yaml.DoubleQuotedStyle
	case s[0] == '@', s[0] == ':', strings.ContainsFunc(s, control): // "@type" and "::1" are seldom seen plain
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// control are the characters that only a double-quoted scalar carries unharmed: line
// breaks, of which YAML 1.1 knows more than YAML 1.2, and what cannot be seen.
func control(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
}
