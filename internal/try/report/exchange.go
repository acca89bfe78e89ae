package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
	"github.com/livefilter/livefilter/internal/try"
)

func showExchange(w io.Writer, x *try.Exchange) {
	fmt.Fprint(w, "REQUEST\tfrom the client\tafter the filters\tby\n")
	showHeaders(w, x.Request.Before.Headers, x.Request.After.Headers, x.Reached, changers(x.Hops, func(h try.Hop) try.Sides { return h.Request }))
	if x.Reached || x.Answered {
		fmt.Fprint(w, "\nRESPONSE\tfrom the upstream\tafter the filters\tby\n")
	}
	back := slices.Clone(x.Hops) // the way that the response took
	slices.Reverse(back)
	showHeaders(w, x.Response.Before.Headers, x.Response.After.Headers, x.Answered, changers(back, func(h try.Hop) try.Sides { return h.Response }))
	fmt.Fprint(w, "\n")
	for _, h := range x.Hops {
		switch {
		case h.Unmatched:
			fmt.Fprintf(w, "filter %s is not for this request: it does not match\n", h.Filter)
		case h.Reply != nil:
			fmt.Fprintf(w, "filter %s answered by itself: %d%s\n", h.Filter, h.Reply.Status, quotedBody(h.Reply.Body))
		case h.Paused != "":
			fmt.Fprintf(w, "filter %s paused in %s: an Envoy would wait there until the filter lets it go on\n", h.Filter, h.Paused)
		case h.Closed:
			fmt.Fprintf(w, "filter %s closed the stream\n", h.Filter)
		}
	}
	if x.Tries > 1 {
		fmt.Fprintf(w, "the request had %d tries\n", x.Tries)
	}
	for _, m := range []struct {
		name  string
		sides try.Sides
		there bool
	}{{"request", x.Request, x.Reached}, {"response", x.Response, x.Answered && x.Reached}} {
		if m.there && string(m.sides.Before.Body) != string(m.sides.After.Body) {
			fmt.Fprintf(w, "the body of the %s became%s\n", m.name, quotedBody(m.sides.After.Body))
		}
	}
}

// changers are the names of the filters that set, changed or removed a header.
func changers(hops []try.Hop, sides func(try.Hop) try.Sides) func(name string) string {
	return func(name string) string {
		var by []string
		for _, h := range hops {
			s := sides(h)
			if !slices.Equal(valuesOf(s.Before.Headers, name), valuesOf(s.After.Headers, name)) && !slices.Contains(by, h.Filter) {
				by = append(by, h.Filter)
			}
		}
		return strings.Join(by, ", ")
	}
}

func valuesOf(l headers.List, name string) (values []string) {
	for _, h := range l {
		if h.Name == name {
			values = append(values, h.Value)
		}
	}
	return values
}

// showHeaders has a row for each line of a header, before and after.
func showHeaders(w io.Writer, before, after headers.List, arrived bool, by func(string) string) {
	var names []string
	for _, h := range slices.Concat(before, after) {
		if !slices.Contains(names, h.Name) {
			names = append(names, h.Name)
		}
	}
	for _, name := range names {
		was, is := valuesOf(before, name), valuesOf(after, name)
		for i := range max(len(was), len(is)) {
			a := cell(is, i)
			who := by(name)
			if !arrived {
				a, who = "", ""
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", name, cell(was, i), a, who)
		}
	}
}
