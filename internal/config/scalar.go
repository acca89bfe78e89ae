package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// text returns the text of v as it is written. YAML reads 1, 1.10 and true as something
// else than text; where the config wants text, text is what the user meant.
func (v value) text() (string, bool) {
	return v.node.Value, v.is(yaml.ScalarNode, "text")
}

// number returns a whole number from 1 to most.
func (v value) number(most uint32) uint32 {
	const least = 1
	what := fmt.Sprintf("a number from %d to %d", least, most)
	if !v.is(yaml.ScalarNode, what) {
		return 0
	}
	s := v.node.Value
	n, err := strconv.ParseUint(s, 10, 32)
	switch {
	case err == nil && v.node.Tag == "!!str":
		v.errorf("must be %s, without quotes", what)
	case err != nil || n < uint64(least) || n > uint64(most) || len(s) > 1 && s[0] == '0':
		v.errorf("must be %s", what)
	}
	return uint32(n)
}

func (v value) boolean() bool {
	if !v.is(yaml.ScalarNode, "true or false") {
		return false
	}
	if v.node.Tag != "!!bool" {
		v.errorf("must be true or false%s", not(v.node.Value, "true", "false", "yes", "no", "on", "off"))
	}
	return strings.EqualFold(v.node.Value, "true")
}

var (
	unitless = regexp.MustCompile(`^[0-9.]{1,20}$`)
	days     = regexp.MustCompile(`^[0-9.]+[dw]`)
)

// duration returns a duration as Go writes them, from 1 ms to 24 h.
func (v value) duration() time.Duration {
	const what = "a duration such as 500ms, 30s or 1m30s"
	if !v.is(yaml.ScalarNode, what) {
		return 0
	}
	s := v.node.Value
	d, err := time.ParseDuration(s)
	switch {
	case unitless.MatchString(s):
		v.errorf("needs a unit, such as 30s or 5m")
	case days.MatchString(s):
		v.errorf("must be in hours or smaller units: 24h, not 1d")
	case err != nil:
		v.errorf("must be %s", what)
	case d < time.Millisecond || d > 24*time.Hour:
		v.errorf("must be from 1ms to 24h")
	}
	return d
}

// nameText is what filters and upstreams may be called.
var nameText = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// name returns the name of a filter or an upstream; names tells those given before.
func (v value) name(names unique) string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if n := len(s); n < 1 || n > 128 {
		v.errorf("must have 1 to 128 characters, not %d", n)
		return s
	}
	for _, r := range s {
		if !letterOrDigit(r) && !strings.ContainsRune("._-", r) {
			v.errorf("may have letters, digits, '.', '_' and '-', not %s", character(r))
			return s
		}
	}
	if before := names.first(s, v); before != "" {
		v.errorf("%s is %s already; names must differ", quote(s), before)
	}
	return s
}

func letterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
