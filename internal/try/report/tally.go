package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/try"
)

// showRequests has a row for each of the first requests, and sums up.
func (r *Report) showRequests(w io.Writer) {
	fmt.Fprint(w, "\nAT\tset by the filters\tthe client got\n")
	for i, x := range r.exchanges {
		if i == shownExchanges {
			fmt.Fprintf(w, "…\t%d more\n", r.tally.Requests-i)
			break
		}
		status, _ := x.Response.After.Headers.Get(":status")
		fmt.Fprintf(w, "%s\t%s\t%s\n", since(x.At), strings.Join(set(x), ", "), answerWord(status))
	}
	var statuses []string
	for _, s := range slices.Sorted(maps.Keys(r.tally.Statuses)) {
		statuses = append(statuses, fmt.Sprintf("%d × %s", r.tally.Statuses[s], answerWord(s)))
	}
	fmt.Fprintf(w, "\n%d requests, %s\n", r.tally.Requests, strings.Join(statuses, ", "))
	if r.tally.Tries > r.tally.Requests {
		fmt.Fprintf(w, "%d tries in all\n", r.tally.Tries)
	}
	for _, f := range slices.Sorted(maps.Keys(r.tally.Replies)) {
		fmt.Fprintf(w, "filter %s answered %d by itself\n", f, r.tally.Replies[f])
	}
}

func answerWord(status string) string {
	if status == "" {
		return "no response"
	}
	return status
}

// set are the headers that filters set, each time that they did.
func set(x *try.Exchange) (all []string) {
	for _, h := range x.Hops {
		for _, header := range h.Called() {
			all = append(all, header.Name+": "+short(header.Value))
		}
	}
	return all
}

// showValues has a table for each header that filters set.
func (r *Report) showValues(w io.Writer) {
	heading := ""
	totals := map[string]int{}
	for _, v := range r.tally.Values {
		totals[v.Filter+"\x00"+v.Header] += v.Chosen
	}
	for _, v := range r.tally.Values {
		total := totals[v.Filter+"\x00"+v.Header]
		if total == 0 {
			continue
		}
		if h := v.Filter + "\x00" + v.Header; h != heading {
			heading = h
			fmt.Fprintf(w, "\nVALUE of %s\tchosen\tshare\tevicted\tout until\n", v.Header)
		}
		name := short(cmp.Or(v.As, v.Value))
		if v.Other {
			name = "(others)"
		}
		fmt.Fprintf(w, "%s\t%d\t%.1f%%\t%s\t%s\n", name, v.Chosen, 100*float64(v.Chosen)/float64(total), dashZero(v.Evicted), r.out(v.OutUntil))
	}
}

func dashZero(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func (r *Report) out(until time.Duration) string {
	switch {
	case until == 0:
		return "-"
	case until <= r.chain.Elapsed():
		return since(until) + ", back in"
	}
	return outUntil(until, since)
}

func outUntil(until time.Duration, clock func(time.Duration) string) string {
	if until >= try.Forever {
		return "the filter is edited"
	}
	return clock(until)
}

func (r *Report) showEvents(w io.Writer) {
	for i, e := range r.tally.Events {
		if i == 0 {
			fmt.Fprint(w, "\nEVICTED at\tvalue\tuntil\n")
		}
		if i == shownEvents {
			fmt.Fprintf(w, "…\t%d more\n", len(r.tally.Events)-i)
			return
		}
		fmt.Fprintf(w, "%s\t%s: %s\t%s\n", since(e.At), e.Header, short(cmp.Or(e.As, e.Value)), outUntil(e.Until, since))
	}
}

// showRest has what filters logged, counted and stored.
func (r *Report) showRest(w io.Writer) {
	for i, l := range r.tally.Logs {
		if i == 0 {
			fmt.Fprint(w, "\nLOG of\tlevel\ttimes\n")
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", l.Filter, l.Level, l.Count, plain(l.Text))
	}
	for i, m := range r.chain.Metrics() {
		if i == 0 {
			fmt.Fprint(w, "\nMETRIC of\tkind\tvalue\n")
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", m.Filter, m.Kind, m.Value, plain(m.Name))
	}
	for i, s := range r.chain.Stored() {
		if i == 0 {
			fmt.Fprint(w, "\nSHARED DATA of\tkey\tvalue\n")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Filter, short(s.Key), short(string(s.Data)))
	}
}
