package config

import (
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Rule is one header and the values that it takes its value from; or several headers, which take theirs together.
type Rule struct {
	Name       string   // as Envoy keeps it: lower case; the first of several
	Names      []string // when there are several: all of them
	Values     []string // what is chosen, of several headers in the form of CutPart
	Weights    []uint32 // of each value; nil when all are the same
	Aliases    []string // of each value, "" where it has none; nil when none has
	Pick       Pick
	Limit      *Limit    // of each value; nil when there is none
	Evict      *Eviction // nil when no response puts a value out
	WhenAllOut WhenAllOut
	// TriesNext says that each try of a request takes the next value of the list, which the filter sees nothing of.
	TriesNext bool
}

func rules(r *jsontext.Reader) ([]Rule, *jsontext.Error) {
	var rules []Rule
	err := r.Array(func(i int) *jsontext.Error {
		if i == MaxRules {
			return jsontext.NewError("at most 16 headers")
		}
		rule, err := readRule(r)
		for _, other := range rules {
			if err == nil && overlap(&other, &rule) {
				err = jsontext.InField("name", jsontext.NewError("another rule has this header already"))
			}
		}
		rules = append(rules, rule)
		return err
	})
	return rules, err
}

func readRule(r *jsontext.Reader) (Rule, *jsontext.Error) {
	var rule Rule
	var inEvict WhenAllOut
	err := r.Object(func(key string) (err *jsontext.Error) {
		switch key {
		case "name":
			var name string
			if name, err = r.String(); err == nil {
				rule.Name, err = headerName(name)
			}
		case "names":
			rule.Names, err = names(r)
		case "values":
			err = values(r, &rule)
		case "pick":
			rule.Pick, err = pick(r)
		case "limit":
			rule.Limit, err = limit(r)
		case "when_all_out":
			rule.WhenAllOut, err = whenAllOut(r)
		case "evict":
			rule.Evict, inEvict, err = eviction(r)
		case "tries_next":
			rule.TriesNext, err = r.Bool()
		default:
			err = errUnknownField
		}
		return err
	})
	if err == nil && rule.Names != nil {
		if rule.Name != "" {
			err = jsontext.InField("names", jsontext.NewError("stand in place of name"))
		}
		rule.Name = rule.Names[0]
	}
	switch {
	case err != nil:
	case rule.Name == "":
		err = jsontext.InField("name", errMissing)
	case rule.Values == nil:
		err = jsontext.InField("values", errMissing)
	case rule.Pick.Way == InOrder && rule.Weights != nil:
		err = jsontext.InField("pick", jsontext.NewError("in_order does not look at weights"))
	default:
		err = rule.settle(inEvict)
	}
	return rule, err
}

func values(r *jsontext.Reader, rule *Rule) *jsontext.Error {
	equal, named := true, false
	err := r.Array(func(i int) *jsontext.Error {
		if i == MaxValues {
			return jsontext.NewError("at most 1000 values")
		}
		value, weight, alias, err := readValue(r, rule.Names)
		rule.Values = append(rule.Values, value)
		rule.Weights = append(rule.Weights, uint32(weight))
		rule.Aliases = append(rule.Aliases, alias)
		equal = equal && rule.Weights[i] == rule.Weights[0]
		named = named || alias != ""
		return err
	})
	if err == nil && len(rule.Values) == 0 {
		err = errEmpty
	}
	if equal {
		rule.Weights = nil
	}
	if !named {
		rule.Aliases = nil
	}
	return err
}

// readValue reads "a" or {"value": "a", "weight": 3, "as": "b"}.
func readValue(r *jsontext.Reader, names []string) (value string, weight int, alias string, err *jsontext.Error) {
	weight = 1
	if r.Next() != '{' {
		value, err = content(r, names)
		return value, weight, alias, err
	}
	missing := true
	err = r.Object(func(key string) (err *jsontext.Error) {
		switch key {
		case "value":
			value, err = content(r, names)
			missing = false
		case "weight":
			if weight, err = r.Integer(); err == nil && (weight < 1 || weight > MaxWeight) {
				err = jsontext.NewError("must be between 1 and 1000")
			}
		case "as":
			alias, err = r.String()
		default:
			err = errUnknownField
		}
		return err
	})
	if err == nil && missing {
		err = jsontext.InField("value", errMissing)
	}
	return value, weight, alias, err
}
