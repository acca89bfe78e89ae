// Package report shows what became of requests that were tried: tables for people, JSON for programs.
package report

import (
	"bytes"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/livefilter/livefilter/internal/try"
)

// Report is what try has to show.
type Report struct {
	file  string
	chain *try.Chain
	tally *try.Tally
	// exchanges are the first ones; of the others there is the tally alone.
	exchanges []*try.Exchange
}

const (
	keptExchanges  = 100
	shownExchanges = 20
	shownEvents    = 20
)

// New begins the report on a chain that runs the filters of a config file.
func New(file string, chain *try.Chain) *Report {
	return &Report{file: file, chain: chain, tally: try.NewTally(chain)}
}

// Add takes an exchange that the chain has just done.
func (r *Report) Add(x *try.Exchange) {
	r.tally.Add(x)
	if len(r.exchanges) < keptExchanges {
		r.exchanges = append(r.exchanges, x)
	}
}

// Text writes the report for a person. One who asked for a single request gets no table of requests.
func (r *Report) Text(out io.Writer, requests int) error {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	if len(r.exchanges) > 0 {
		if requests > 1 {
			fmt.Fprintf(w, "the first of %d requests\n\n", r.tally.Requests)
		}
		showExchange(w, r.exchanges[0])
	}
	if requests > 1 {
		r.showRequests(w)
	}
	r.showValues(w)
	r.showEvents(w)
	r.showRest(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return writeTidy(out, text.String())
}
