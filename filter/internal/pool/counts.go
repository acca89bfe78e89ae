package pool

import (
	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// Metrics are a VM's. Envoy keeps an entry for each time that a VM defines a metric, be it the same one, as long as the
// VM lives. So each is defined once, whatever number of configurations come and go.
type Metrics struct {
	headers []*counts
	configs []configGauge
}

type configGauge struct {
	filter string
	gauge  host.Gauge
}

// SetConfig tells which configuration a filter was started with last.
func (m *Metrics) SetConfig(filter string, hash uint32) {
	for _, c := range m.configs {
		if c.filter == filter {
			c.gauge.Set(uint64(hash))
			return
		}
	}
	gauge := host.DefineGauge(metricPrefix(filter) + "config")
	gauge.Set(uint64(hash))
	m.configs = append(m.configs, configGauge{filter, gauge})
}

// counts are a header's metrics. A value is named by its alias or its index, never by what it says.
type counts struct {
	prefix string
	values []*valueCounts // by index
	named  []*valueCounts // by alias
	allOut host.Counter   // how often a request came when all were out
}

// valueCounts are 0 until there is something to count.
type valueCounts struct {
	name            string // as the metrics have it
	chosen, evicted host.Counter
	outUntil        host.Gauge // seconds since 1970; 0 while the value is in
}

func (m *Metrics) counts(filter, header string) *counts {
	prefix := metricPrefix(filter) + "header." + metricWord(header) + "."
	var c *counts
	for _, known := range m.headers {
		if known.prefix == prefix {
			c = known
		}
	}
	if c == nil {
		c = &counts{prefix: prefix, allOut: host.DefineCounter(prefix + "all_out")}
		m.headers = append(m.headers, c)
	}
	return c
}

// of returns the metrics of the value with that index and alias.
func (c *counts) of(index int, alias string) *valueCounts {
	if alias == "" {
		for index >= len(c.values) {
			c.values = append(c.values, nil)
		}
		if c.values[index] == nil {
			c.values[index] = &valueCounts{name: decimal.String(index)}
		}
		return c.values[index]
	}
	name := metricWord(alias)
	for _, v := range c.named {
		if v.name == name {
			return v
		}
	}
	v := &valueCounts{name: name}
	c.named = append(c.named, v)
	return v
}

func (p *Pool) countChosen(value int) {
	v := p.values[value]
	p.counts.add(&v.chosen, v, ".chosen")
}

func (p *Pool) countEvicted(value int) {
	v := p.values[value]
	p.counts.add(&v.evicted, v, ".evicted")
}

func (c *counts) add(counter *host.Counter, v *valueCounts, what string) {
	if *counter == 0 {
		*counter = host.DefineCounter(c.prefix + "value." + v.name + what)
	}
	counter.Add()
}

func metricPrefix(filter string) string { return "livefilter.filter." + metricWord(filter) + "." }

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
