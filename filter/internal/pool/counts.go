package pool

import (
	"strconv"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// counts are the pool's metrics. A value is named by its index, never by what it says.
type counts struct {
	prefix  string
	choices []host.Counter // of each value; 0 until it is first chosen
	allOut  host.Counter   // how often the first value was taken because all were out
}

func newCounts(filter, header string, values int) counts {
	prefix := MetricPrefix(filter) + "header." + metricWord(header) + "."
	return counts{
		prefix:  prefix,
		choices: make([]host.Counter, values),
		allOut:  host.DefineCounter(prefix + "all_out"),
	}
}

// MetricPrefix returns what the names of a filter's metrics begin with.
func MetricPrefix(filter string) string { return "livefilter.filter." + metricWord(filter) + "." }

func (c *counts) chosen(value int) {
	if c.choices[value] == 0 {
		c.choices[value] = c.define(value, "chosen")
	}
	c.choices[value].Add()
}

func (c *counts) evicted(value int) { c.define(value, "evicted").Add() }

func (c *counts) define(value int, what string) host.Counter {
	return host.DefineCounter(c.prefix + "value." + strconv.Itoa(value) + "." + what)
}

// metricWord replaces what would end a part of a metric's name, or does not belong into one.
func metricWord(text string) string {
	word := []byte(text)
	for i, c := range word {
		letter := (c | 0x20) - 'a'
		if letter >= 26 && (c < '0' || c > '9') && c != '-' && c != '_' {
			word[i] = '_'
		}
	}
	return string(word)
}
