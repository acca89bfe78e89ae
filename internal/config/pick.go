package config

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// choosing is what a rule and a balance say of how one of many is chosen.
type choosing struct {
	pick                 Pick
	limit                *Limit
	evict                *Evict
	inEvict, beside      string // when_all_out, in its two places
	pickAt, whenAllOutAt *value
}

func (c *choosing) fields() []field {
	c.pick = random
	return []field{
		optional("pick", func(v value) { c.pickAt, c.pick = &v, v.pick() }),
		optional("limit", func(v value) { c.limit = v.limit() }),
		optional("evict", func(v value) { c.evict = v.evict(&c.inEvict) }),
		optional("when_all_out", func(v value) { c.whenAllOutAt, c.beside = &v, v.whenAllOut() }),
	}
}

// settled returns how one is chosen of several, weighted if not all have the weight 1. Unless it is
// said what happens then, a limit holds when all are at it.
func (c *choosing) settled(weighted bool) (Pick, *Limit, *Evict, string) {
	if c.pick.Way == "in_order" && weighted {
		c.pickAt.errorf("in_order takes the first that is in, whatever the weights; leave them out")
	}
	switch {
	case c.whenAllOutAt == nil:
	case c.inEvict != "":
		c.whenAllOutAt.errorf("evict has it already")
	case c.evict == nil && c.limit == nil:
		c.whenAllOutAt.errorf("is for evict and limit; without these nothing is ever out")
	}
	return c.pick, c.limit, c.evict, cmp.Or(c.beside, c.inEvict, defaultWhenAllOut(c.limit))
}

func defaultWhenAllOut(l *Limit) string {
	if l != nil {
		return "reject"
	}
	return first
}

// WhenAllOutSaid is WhenAllOut, "" where it is what goes without saying.
func (h Header) WhenAllOutSaid() string {
	if h.WhenAllOut == defaultWhenAllOut(h.Limit) {
		return ""
	}
	return h.WhenAllOut
}

// pick reads a way to choose: a word, or sticky and what it goes by.
func (v value) pick() Pick {
	if v.node.Kind != yaml.MappingNode {
		switch s, ok := v.text(); {
		case !ok:
		case s == "sticky":
			v.errorf(`needs to know by what: {sticky: {by: "header X-User"}}, "cookie NAME", ip or host`)
		case s != "random" && s != "round_robin" && s != "in_order":
			v.errorf("must be random, round_robin, in_order or {sticky: {by: …}}%s", not(s, "random", "round_robin", "in_order", "sticky"))
		default:
			return Pick{Way: s}
		}
		return random
	}
	p := Pick{Way: "sticky"}
	known := v.fields(optional("sticky", func(v value) {
		v.fields(required("by", func(v value) { p.By, p.Name = v.stickyBy() }))
	}))
	if known && !v.has("sticky") {
		v.errorf("needs sticky: {sticky: {by: …}}; the other ways are words alone")
	}
	return p
}

// stickyBy reads "header NAME", "cookie NAME", "ip" or "host". Cookies' names have a case.
func (v value) stickyBy() (by, name string) {
	const what = `must be "header NAME", "cookie NAME", ip or host`
	s, ok := v.text()
	if !ok {
		return "", ""
	}
	by, name, _ = strings.Cut(s, " ")
	switch lower := strings.ToLower(name); {
	case s == "ip" || s == "host":
		return s, ""
	case by != "header" && by != "cookie":
		v.errorf("%s%s", what, not(s, "header", "cookie", "ip", "host"))
	case by == "header" && (lower == "host" || lower == ":authority"):
		v.errorf("hosts have their own word: host")
	case !token.MatchString(name):
		v.errorf("%s, and what stands behind it here is no name", what)
	case by == "header" && notMatched(lower) != "":
		v.errorf("%s cannot be looked at: %s", quote(name), notMatched(lower))
	case by == "header":
		return by, lower
	}
	return by, name
}

// token is what names headers and cookies (RFC 9110, section 5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$")

var limitText = regexp.MustCompile(`^([1-9][0-9]{0,6})/(.+)$`)

// limit reads "60/1m".
func (v value) limit() *Limit {
	const what = "requests and a time, such as 60/1m"
	const most = 1_000_000
	if !v.is(yaml.ScalarNode, what) {
		return nil
	}
	parts := limitText.FindStringSubmatch(v.node.Value)
	if parts == nil {
		v.errorf("must be %s", what)
		return nil
	}
	requests, _ := strconv.ParseUint(parts[1], 10, 32) // seven digits
	per, err := time.ParseDuration(parts[2])
	switch {
	case slices.Contains([]string{"s", "m", "h"}, parts[2]):
		v.errorf("needs a number before the unit: 60/1%s", parts[2])
	case unitless.MatchString(parts[2]):
		v.errorf("needs a unit, such as 60/30s or 60/1m")
	case err != nil:
		v.errorf("must be %s", what)
	case requests > most:
		v.errorf("must be at most %d requests", most)
	case per < time.Millisecond || per > 24*time.Hour:
		v.errorf("must be for 1ms to 24h")
	}
	return &Limit{Requests: uint32(requests), Per: per}
}
