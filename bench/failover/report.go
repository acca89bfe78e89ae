package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// figures are what a client saw of one turn.
type figures struct {
	lost, later int           // requests, and those of them that failed once the first failures were over
	recovered   time.Duration // from the turn to the last of the first failures
	back        time.Duration // from the turn to good until the backend has a request again
}

// never is where the next turn came first.
const never time.Duration = -1

// quiet is how long no request fails once the first failures are over.
const quiet = time.Second

func (t turn) of(results []result, flipped string) (f figures) {
	slices.SortFunc(results, func(a, b result) int { return a.at.Compare(b.at) })
	f.back = never
	last := t.bad
	for _, r := range results {
		if r.at.Before(t.bad) || r.at.After(t.end) {
			continue
		}
		if r.lost {
			f.lost++
			if f.later > 0 || r.at.Sub(last) > quiet {
				f.later++
			} else {
				last = r.at
			}
		}
		if !r.lost && r.backend == flipped && r.at.After(t.good) && f.back == never {
			f.back = r.at.Sub(t.good)
		}
	}
	f.recovered = last.Sub(t.bad)
	return f
}

func report(w io.Writer, bad badness, turns []turn, clients []*client) {
	fmt.Fprintf(w, "A backend %s, for %s of each %s, %d times. For one turn:\n\n", bad,
		turns[0].good.Sub(turns[0].bad).Round(time.Second), turns[0].end.Sub(turns[0].bad).Round(time.Second), len(turns))
	fmt.Fprintln(w, "| way | requests | lost | of them later, by trials | first failures end after | in use again after |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, c := range clients {
		var lost, later []int
		var recovered, back []time.Duration
		for _, t := range turns {
			f := t.of(c.results, "a")
			lost, later = append(lost, f.lost), append(later, f.later)
			recovered, back = append(recovered, f.recovered), append(back, f.back)
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s |\n", c.way, len(c.results)/len(turns), counts(lost), counts(later), times(recovered), times(back))
	}
	fmt.Fprintln(w)
}

// counts and times are the least and the most of all turns.
func counts(all []int) string {
	least, most := slices.Min(all), slices.Max(all)
	if least == most {
		return fmt.Sprint(most)
	}
	return fmt.Sprintf("%d - %d", least, most)
}

func times(all []time.Duration) string {
	least, most := slices.Min(all), slices.Max(all)
	switch {
	case least == never && most == never:
		return "not in time"
	case least == never:
		return fmt.Sprintf("%.1f s, or not in time", most.Seconds())
	case most-least < 50*time.Millisecond:
		return fmt.Sprintf("%.2f s", most.Seconds())
	}
	return fmt.Sprintf("%.2f - %.2f s", least.Seconds(), most.Seconds())
}
