package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// environment begins the names by which Parse asks its read for variables. No path is like it once
// it is clean.
const environment = "//environment/"

// Variable says whether read was asked for a variable of the server's environment, and which.
func Variable(name string) (variable string, ok bool) { return strings.CutPrefix(name, environment) }

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// likeVariable is what nobody would take for a value: all in capitals, of several words.
var likeVariable = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// environment reads the names of variables, each with a value, of which it is the alias.
func (l *valueList) environment(v value) {
	if v.node.Kind != yaml.SequenceNode {
		l.variable(v)
		return
	}
	v.list(1, maxValues, l.variable)
}

func (l *valueList) variable(v value) {
	name, ok := v.text()
	if !ok {
		return
	}
	if !variableName.MatchString(name) {
		v.errorf("must be the name of a variable alone: 1 to 64 letters, digits and '_', no digit first")
		return
	}
	if before := l.aliases.first(name, v); before != "" {
		v.errorf("is %s already", before)
		return
	}
	data, err := v.read(environment + name)
	text := strings.Trim(string(data), " \t\r\n")
	switch {
	case err != nil:
		called := "a variable of that name"
		if likeVariable.MatchString(name) {
			called = quote(name)
		}
		v.errorf("%s is not set in the environment of this process; it is read once, at the start", called)
	case text == "":
		v.errorf("%s is empty in the environment of this process", quote(name))
	default:
		l.line(v, text, Value{Weight: 1, As: name})
	}
}
