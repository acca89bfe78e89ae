package config

import (
	"errors"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Rule is one header and the values that it takes its value from.
type Rule struct {
	Name    string // as Envoy keeps it: lower case
	Values  []string
	Weights []uint32  // of each value; nil when all are the same
	Evict   *Eviction // nil when no response puts a value out
}

func rules(r *jsontext.Reader) ([]Rule, error) {
	var rules []Rule
	err := r.Array(func(i int) error {
		if i == MaxRules {
			return errors.New("at most 16 headers")
		}
		rule, err := readRule(r)
		for _, other := range rules {
			if err == nil && other.Name == rule.Name {
				err = jsontext.InField("name", errors.New("another rule has this header already"))
			}
		}
		rules = append(rules, rule)
		return err
	})
	return rules, err
}

func readRule(r *jsontext.Reader) (Rule, error) {
	var rule Rule
	err := r.Object(func(key string) (err error) {
		switch key {
		case "name":
			var name string
			if name, err = r.String(); err == nil {
				rule.Name, err = headerName(name)
			}
		case "values":
			rule.Values, rule.Weights, err = values(r)
		case "evict":
			rule.Evict, err = eviction(r)
		default:
			err = errUnknownField
		}
		return err
	})
	switch {
	case err != nil:
	case rule.Name == "":
		err = jsontext.InField("name", errMissing)
	case rule.Values == nil:
		err = jsontext.InField("values", errMissing)
	}
	return rule, err
}

func values(r *jsontext.Reader) (values []string, weights []uint32, err error) {
	equal := true
	err = r.Array(func(i int) error {
		if i == MaxValues {
			return errors.New("at most 1000 values")
		}
		value, weight, err := readValue(r)
		values, weights = append(values, value), append(weights, uint32(weight))
		equal = equal && weights[i] == weights[0]
		return err
	})
	if err == nil && len(values) == 0 {
		err = errors.New("must not be empty")
	}
	if equal {
		weights = nil
	}
	return values, weights, err
}

// readValue reads "a" or {"value": "a", "weight": 3}.
func readValue(r *jsontext.Reader) (value string, weight int, err error) {
	if r.Next() != '{' {
		value, err = headerValue(r)
		return value, 1, err
	}
	weight = 1
	missing := true
	err = r.Object(func(key string) (err error) {
		switch key {
		case "value":
			value, err = headerValue(r)
			missing = false
		case "weight":
			if weight, err = r.Integer(); err == nil && (weight < 1 || weight > MaxWeight) {
				err = errors.New("must be between 1 and 1000")
			}
		default:
			err = errUnknownField
		}
		return err
	})
	if err == nil && missing {
		err = jsontext.InField("value", errMissing)
	}
	return value, weight, err
}
