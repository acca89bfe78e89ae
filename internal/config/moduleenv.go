package config

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxVariables and maxVariable, in bytes, bound the environment of a module.
const (
	maxVariables = 100
	maxVariable  = 8 << 10
)

// environ reads the variables that a module finds in its environment. Messages do not repeat their values.
func (v value) environ() map[string]string {
	if !v.is(yaml.MappingNode, "a mapping of variables to texts") {
		return nil
	}
	env := map[string]string{}
	v.pairs(func(key value, node *yaml.Node) {
		name := key.node.Value
		v := v.at(node, v.pathOf(name))
		text, ok := v.text()
		switch {
		case !ok:
		case !variableName.MatchString(name):
			key.errorf("a variable's name has 1 to 64 letters, digits and '_', and no digit first")
		case len(text) > maxVariable:
			v.errorf("must have at most %d bytes, not %d", maxVariable, len(text))
		case strings.ContainsRune(text, 0):
			v.errorf("must have no NUL byte, which ends a variable")
		}
		env[name] = text
	})
	if len(env) == 0 || len(env) > maxVariables {
		v.errorf("must have 1 to %d variables, not %d", maxVariables, len(env))
	}
	return env
}
