package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

func report(w io.Writer, ways []way, times [][]time.Duration, o options) error {
	fmt.Fprintf(w, "Envoy worker CPU a request, microseconds; %d interleaved rounds of %d requests\n\n",
		o.rounds, o.requests)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "way\tadds, median\tquartiles\twhole request, median")
	for i, way := range ways {
		added := make([]time.Duration, len(times[i]))
		for round := range added {
			added[round] = times[i][round] - times[0][round]
		}
		fmt.Fprintf(t, "%s\t%.2f\t%.2f - %.2f\t%.2f\n", way.name,
			quantile(added, 0.5), quantile(added, 0.25), quantile(added, 0.75), quantile(times[i], 0.5))
	}
	return t.Flush()
}

// quantile returns the q-th quantile in microseconds.
func quantile(times []time.Duration, q float64) float64 {
	sorted := slices.Sorted(slices.Values(times))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	value := float64(sorted[low]) + (at-float64(low))*float64(sorted[high]-sorted[low])
	return value / 1e3
}
