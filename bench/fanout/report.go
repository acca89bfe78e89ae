package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report prints one number of clients as rows of Markdown, with ratios to the floor in brackets. Times are in
// milliseconds: from the push, but for the spread, which is from the first receipt to the last ACK; CPU is the server's
// for each client and push. The last three are of connecting: until the last one had what it asks for (milliseconds), the
// server's CPU for each, and how many connections were tried again.
func report(w io.Writer, n int, all map[way]*measured) {
	fmt.Fprintf(w, "\n%d clients\n\n", n)
	fmt.Fprintln(w, "| protocol | server | first receipt | p50 | p99 | last ACK | spread | CPU | kB idle | kB peak | connected after | CPU | retries |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, delta := range []bool{true, false} {
		floor := all[way{bare, delta}]
		if floor == nil {
			continue
		}
		for _, kind := range []string{bare, livefilter, secure, plain} {
			m := all[way{kind, delta}]
			if m == nil {
				continue
			}
			beside := func(f func(*measured) float64) string {
				if kind == bare || f(floor) == 0 {
					return number(f(m))
				}
				return fmt.Sprintf("%s (%.2f)", number(f(m)), f(m)/f(floor))
			}
			memory := func(kb []float64) string {
				if n < 100 {
					return "" // the noise of one process
				}
				return fmt.Sprintf("%.0f", median(kb))
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", protocol(delta), kind,
				number(m.of(func(s spread) time.Duration { return s.first })),
				beside(func(m *measured) float64 { return m.of(func(s spread) time.Duration { return s.p50 }) }),
				beside(func(m *measured) float64 { return m.of(func(s spread) time.Duration { return s.p99 }) }),
				beside(func(m *measured) float64 { return m.of(func(s spread) time.Duration { return s.last }) }),
				beside(func(m *measured) float64 { return m.of(func(s spread) time.Duration { return s.last - s.first }) }),
				beside(func(m *measured) float64 { return ms(m.cpu) / float64(n*len(m.spreads)) }),
				memory(m.idle), memory(m.peak),
				number(m.ofHerd(func(h herd) float64 { return ms(h.took) })), number(m.ofHerd(func(h herd) float64 { return ms(h.cpu) / float64(n) })),
				number(m.ofHerd(func(h herd) float64 { return float64(h.retries) })))
		}
	}
}

// of returns the median over all pushes, in milliseconds.
func (m *measured) of(f func(spread) time.Duration) float64 {
	var values []float64
	for _, s := range m.spreads {
		values = append(values, ms(f(s)))
	}
	return median(values)
}

// ofHerd returns the median over all rounds.
func (m *measured) ofHerd(f func(herd) float64) float64 {
	var values []float64
	for _, h := range m.herd {
		values = append(values, f(h))
	}
	return median(values)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// number has three digits or so.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

func protocol(delta bool) string {
	if delta {
		return "delta"
	}
	return "state of the world"
}
