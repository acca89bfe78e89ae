package config

import (
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// defaultMax bounds what a response's Retry-After can ask for.
const defaultMax = time.Hour

// evict may say what happens when all are out, too: that was its field once.
func (v value) evict(whenAllOut *string) *Evict {
	e := Evict{After: 1}
	var limit *value
	v.fields(
		required("on", func(v value) { e.On = v.statuses() }),
		required("for", func(v value) { e.For = v.duration() }),
		optional("retry_after", func(v value) { e.RetryAfter = v.boolean() }),
		optional("when_all_out", func(v value) { *whenAllOut = v.whenAllOut() }),
		optional("max", func(v value) { limit, e.Max = &v, v.duration() }),
	)
	switch {
	case limit == nil && e.RetryAfter:
		e.Max = max(e.For, defaultMax)
	case limit != nil && !e.RetryAfter:
		limit.errorf("bounds retry_after, which is not true here")
	case limit != nil && e.Max < e.For:
		limit.errorf("must not be shorter than for")
	}
	return &e
}

func (v value) whenAllOut() string { return v.word(first, "soonest", "reject") }

var status = regexp.MustCompile(`^[45](xx|[0-9][0-9])$`)

// statuses reads classes and codes of responses, in any order.
func (v value) statuses() []string {
	var on []string
	given := unique{}
	var entries []value
	v.list(1, 0, func(v value) {
		const what = "4xx, 5xx or a status from 400 to 599"
		switch s := v.node.Value; {
		case !v.is(yaml.ScalarNode, what):
		case !status.MatchString(s):
			v.errorf("must be %s, not %s", what, quote(s))
		case given.first(s, v) != "":
			v.errorf("%s is in the list already", s)
		default:
			on, entries = append(on, s), append(entries, v)
		}
	})
	for i, s := range on {
		if all := s[:1] + "xx"; s != all && given[all] != "" {
			entries[i].errorf("%s is in the list already, as part of %s", s, all)
		}
	}
	slices.Sort(on)
	return on
}
