package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// setList is what is known of a rule's choices of several headers while they are read.
type setList struct {
	at                    value  // the field that has them, or the file's name
	rules, names, aliases unique // headers of all rules, and of this one
	order                 []string
	choices               []choice
}

// choice has text for some of the headers.
type choice struct {
	v     value // where it stands
	texts map[string]string
	out   Value
	told  bool // something is wrong with it
}

// alone reports fields of a rule that do not go with set.
func (v value) alone() {
	for _, name := range []string{"name", "prefix"} {
		if v.has(name) {
			v.field(name).errorf("does not go with set and set_from, whose entries have the headers' names and whole values")
		}
	}
}

// set reads the rule's choices from one of set and file.
func (h *Header) set(set, file *value, names unique) {
	l := &setList{rules: names, names: unique{}, aliases: unique{}}
	if set != nil {
		l.at = *set
		set.list(1, maxValues, l.entry)
	} else {
		l.at = *file
		h.ValuesFrom = l.file(*file)
	}
	if len(l.order) > maxHeaders {
		l.at.errorf("must have at most %d headers, not %d", maxHeaders, len(l.order))
		return // what each choice lacks of so many would take minutes to find
	}
	if len(l.order) == 0 {
		return
	}
	h.Name, h.Names = l.order[0], l.order
	same := map[string]string{}
	for _, c := range l.choices {
		id := ""
		for _, name := range l.order {
			text, there := c.texts[name]
			if !there && name == ":authority" {
				l.wrong(c, "needs Host, which other entries have: no request goes without")
			}
			id += fmt.Sprintf("%q %v ", text, there)
			if !there {
				c.out.Set = append(c.out.Set, nil)
				continue
			}
			c.out.Set = append(c.out.Set, &text)
		}
		if before, there := same[id]; there && !c.told {
			l.wrong(c, "is the same as "+before+"; a weight has it chosen more often")
		} else if !c.told {
			same[id] = c.v.path
		}
		h.Values = append(h.Values, c.out)
	}
}

// wrong reports what is wrong with a choice: at its place, or at the name of the file that has it.
func (l *setList) wrong(c choice, what string) {
	if c.v.parser == l.at.parser {
		c.v.errorf("%s", what)
		return
	}
	l.at.errorf("%s, %s: %s", quote(l.at.node.Value), c.v.path, what)
}

// entry reads headers with their values, or a mapping of headers, weight and as.
func (l *setList) entry(v value) {
	c := choice{v: v, texts: map[string]string{}, out: Value{Weight: 1}}
	before := len(v.errs)
	if inner := v.child("headers"); inner != nil && inner.Kind == yaml.MappingNode {
		v.fields(
			required("headers", func(v value) { l.headers(v, c.texts) }),
			optional("weight", func(v value) { c.out.Weight = v.number(maxWeight) }),
			optional("as", func(v value) { c.out.As = v.alias(l.aliases) }),
		)
	} else if v.is(yaml.MappingNode, `a mapping of headers ({User-Agent: a, Accept: b}), or of headers, weight and as`) {
		l.headers(v, c.texts)
	}
	c.told = len(v.errs) > before
	l.choices = append(l.choices, c)
}

func (l *setList) headers(v value, texts map[string]string) {
	if len(v.node.Content) == 0 {
		v.errorf("needs a header at least")
	}
	v.pairs(func(key value, node *yaml.Node) {
		at := v.at(node, v.pathOf(key.node.Value))
		if name := strings.ToLower(key.node.Value); reserved(name) && !strings.HasSuffix(v.path, ".headers") {
			key.errorf("%s stands beside headers: {headers: {…}, %s: …}", name, name)
			return
		}
		name := l.name(key)
		if _, there := texts[name]; there {
			key.errorf("%s is there already", header(key.node.Value))
		}
		what := "text"
		if isNull(node) {
			what = "text (leave the header out to have it taken off; empty text needs quotes)"
		}
		if at.is(yaml.ScalarNode, what) {
			l.text(at, name, node.Value, texts)
		}
	})
}

// reserved are names that a choice has itself.
func reserved(name string) bool { return name == "weight" || name == "as" }

// name reads the name of a header, of which other rules must have none.
func (l *setList) name(v value) string {
	name := ruleName(v.node.Value)
	if l.names.first(name, v) != "" {
		return name
	}
	l.order = append(l.order, v.headerName(unique{}))
	if before := l.rules.first(name, l.at); before != "" {
		v.errorf("%s is rewritten at %s already", header(v.node.Value), before)
	}
	return name
}

func (l *setList) text(v value, name, text string, texts map[string]string) {
	if wrong := notAPlainValue(name, text); wrong != "" {
		v.errorf("%s", wrong)
	}
	texts[name] = text
}

// file reads entries of set from a file: a line each in a .jsonl file; in a .csv file, a row each
// under the headers' names.
func (l *setList) file(v value) (path string) {
	return v.valuesFile(func(path string, text []byte) (int, bool) {
		ok := false
		switch filepath.Ext(path) {
		case ".jsonl":
			ok = v.jsonLines(path, text, l.entry)
		case ".csv":
			ok = l.table(v, path, text)
		default:
			v.errorf("%s must be called .csv or .jsonl", quote(path))
		}
		return len(l.choices), ok
	})
}
