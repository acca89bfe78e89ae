package config

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/format"
)

// maxMutations is how many headers one filter changes of a message.
const maxMutations = 100

func (v value) mutate() *Mutate {
	m := &Mutate{}
	known := v.fields(
		optional("request", func(v value) { m.Request = v.mutations(":authority") }),
		optional("response", func(v value) { m.Response = v.mutations(":status") }),
	)
	if known && !v.has("request", "response") {
		v.errorf("needs request or response")
	}
	return m
}

// mutations reads changes of one message, of whose pseudo-headers one has the name pseudo.
func (v value) mutations(pseudo string) (m Mutations) {
	given := mutated{pseudo: pseudo, at: map[string]mutation{}}
	v.fields(
		optional("set", func(v value) { m.Set = v.headerValues("set", given) }),
		optional("append", func(v value) { m.Append = v.headerValues("append", given) }),
		optional("default", func(v value) { m.Default = v.headerValues("default", given) }),
		optional("remove", func(v value) {
			v.list(1, maxMutations, func(v value) {
				if s, ok := v.text(); ok {
					m.Remove = append(m.Remove, given.name(v, s, "remove"))
				}
			})
		}),
	)
	v.notEmpty("needs set, append, default or remove")
	return m
}

// headerValues reads a mapping of headers to values, in the order of the file. To append, a
// header may have a list of them.
func (v value) headerValues(how string, given mutated) (all []HeaderIs) {
	if !v.is(yaml.MappingNode, "a mapping of headers to values ({X-Name: text})") {
		return nil
	}
	switch n := len(v.node.Content) / 2; {
	case n == 0:
		v.errorf("must not be empty")
	case n > maxMutations:
		v.errorf("must have at most %d entries, not %d", maxMutations, n)
		return nil
	}
	v.pairs(func(key value, node *yaml.Node) {
		at := v.at(node, v.pathOf(key.node.Value))
		key.path = at.path
		name := given.name(key, key.node.Value, how)
		if how == "append" && at.node.Kind == yaml.SequenceNode {
			at.list(1, maxMutations, func(v value) { all = append(all, HeaderIs{name, v.formatted(name)}) })
			return
		}
		all = append(all, HeaderIs{name, at.formatted(name)})
	})
	return all
}

// formatted returns the value of a header, which may have Envoy's commands in it.
func (v value) formatted(header string) string {
	if !v.is(yaml.ScalarNode, "text") {
		return ""
	}
	s := v.node.Value
	wrong := notAValue(header, s)
	_, err := format.Parse(s)
	switch {
	case shellVariable.MatchString(s):
		v.errorf("has a variable that nothing fills in; %%ENVIRONMENT(NAME)%% is one of Envoy's environment")
	case wrong != "":
		v.errorf("%s", wrong)
	case err != nil:
		v.errorf("%v", err)
	}
	return s
}

// mutated are the headers that a message has changed, and how.
type mutated struct {
	pseudo string
	at     map[string]mutation
}

type mutation struct{ how, path string }

// name returns the name of a header to change, in lower case.
func (g mutated) name(v value, s, how string) string {
	name := strings.ToLower(s)
	if wrong := g.immutable(name); wrong != "" {
		v.errorf("%s cannot be changed: %s", header(s), wrong)
		return name
	}
	before, there := g.at[name]
	switch {
	case !there:
		g.at[name] = mutation{how, v.path}
	case before.how == how:
		v.errorf("%s is at %s already", quote(s), before.path)
	case before.how == "set" && how == "append": // one value, and then more
	case how == "remove":
		v.errorf("%s would be removed after it is changed at %s", quote(s), before.path)
	default: // default, after one of the others
		v.errorf("%s is there already, by %s", quote(s), before.path)
	}
	return name
}

// immutable says why a header cannot be changed, or returns "". Envoy refuses to set host and
// pseudo-headers (1.36 to 1.40); a request without one is none.
func (g mutated) immutable(name string) string {
	switch {
	case g.pseudo == ":authority" && (name == "host" || name == ":authority"):
		return "Envoy's header_mutation cannot; a filter with headers can, also with a single value"
	case name == "host", strings.HasPrefix(name, ":"):
		return "Envoy's header_mutation cannot change pseudo-headers"
	case strings.HasSuffix(name, "*"):
		return "a * stands for nothing else here; name each header"
	case strings.HasPrefix(name, "x-livefilter-"):
		return "it is how filters of livefilter speak to Envoy"
	}
	return notAHeader(name)
}
