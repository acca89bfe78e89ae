package main

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Limits on a configuration. Envoy takes 60 KiB of request headers by default, and a filter that is asked for more
// than this was asked by mistake.
const (
	maxRules      = 16
	maxValues     = 1000
	maxValueBytes = 8192
	maxNameBytes  = 256
	maxWeight     = 1000
	maxPeriod     = 24 * time.Hour
)

const (
	defaultName           = "my-wasm-filter"
	defaultResponseHeader = "x-proxy-wasm"
)

// config is a parsed plugin configuration. The zero value leaves requests and responses as they are.
type config struct {
	name           string
	responseHeader string // lower case; "" when the response stays as it is
	rules          []rule
}

// parseConfig reads a plugin configuration: a JSON object, or a plain header name, which means that header with the
// values hello and world, or nothing. Errors name the field, as in "headers[0].values: must not be empty".
func parseConfig(text string) (config, error) {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		return config{}, nil
	case text[0] == '{':
		return parseObject(text)
	}
	name, err := headerName(text)
	if err != nil {
		return config{}, errors.New("neither a JSON object nor a header name: " + err.Error())
	}
	return config{
		name:           defaultName,
		responseHeader: defaultResponseHeader,
		rules:          []rule{{name: name, values: []string{"hello", "world"}}},
	}, nil
}

func parseObject(text string) (config, error) {
	c := config{name: defaultName, responseHeader: defaultResponseHeader}
	r := &jsonReader{text: text}
	err := r.object(func(key string) (err error) {
		switch key {
		case "name":
			if c.name, err = r.headerValue(); err == nil && c.name == "" {
				err = errors.New("must not be empty")
			}
		case "response_header":
			var name string
			if name, err = r.str(); err == nil && name != "" {
				name, err = headerName(name)
			}
			c.responseHeader = name
		case "headers":
			c.rules, err = r.rules()
		default:
			err = errUnknownField
		}
		return err
	})
	if err != nil {
		return config{}, err
	}
	return c, r.end()
}

func (r *jsonReader) rules() ([]rule, error) {
	var rules []rule
	err := r.array(func(i int) error {
		if i == maxRules {
			return errors.New("at most " + strconv.Itoa(maxRules) + " headers")
		}
		rule, err := r.rule()
		for _, other := range rules {
			if err == nil && other.name == rule.name {
				err = inField("name", errors.New("another rule has this header already"))
			}
		}
		rules = append(rules, rule)
		return err
	})
	return rules, err
}

func (r *jsonReader) rule() (rule, error) {
	var rule rule
	err := r.object(func(key string) (err error) {
		switch key {
		case "name":
			var name string
			if name, err = r.str(); err == nil {
				rule.name, err = headerName(name)
			}
		case "values":
			rule.values, rule.sums, err = r.values()
		case "evict":
			rule.evict, err = r.eviction()
		default:
			err = errUnknownField
		}
		return err
	})
	switch {
	case err != nil:
		return rule, err
	case rule.name == "":
		return rule, inField("name", errMissing)
	case rule.values == nil:
		return rule, inField("values", errMissing)
	}
	return rule, nil
}

// values reads a pool. The sums are nil when every weight is the same.
func (r *jsonReader) values() (values []string, sums []uint32, err error) {
	total, equal := uint32(0), true
	err = r.array(func(i int) error {
		if i == maxValues {
			return errors.New("at most " + strconv.Itoa(maxValues) + " values")
		}
		value, weight, err := r.value()
		total += uint32(weight)
		values, sums = append(values, value), append(sums, total)
		equal = equal && total == sums[0]*uint32(len(sums))
		return err
	})
	if err == nil && len(values) == 0 {
		err = errors.New("must not be empty")
	}
	if equal {
		sums = nil
	}
	return values, sums, err
}

func (r *jsonReader) value() (value string, weight int, err error) {
	if r.next() != '{' {
		value, err = r.headerValue()
		return value, 1, err
	}
	weight = 1
	missing := true
	err = r.object(func(key string) (err error) {
		switch key {
		case "value":
			value, err = r.headerValue()
			missing = false
		case "weight":
			if weight, err = r.integer(); err == nil && (weight < 1 || weight > maxWeight) {
				err = errors.New("must be between 1 and " + strconv.Itoa(maxWeight))
			}
		default:
			err = errUnknownField
		}
		return err
	})
	if err == nil && missing {
		err = inField("value", errMissing)
	}
	return value, weight, err
}
