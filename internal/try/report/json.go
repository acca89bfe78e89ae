package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
	"github.com/livefilter/livefilter/internal/try"
)

// JSON writes the report for a program: a Document.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r.document())
}

func (r *Report) document() Document {
	out := Document{
		File: r.file, Requests: r.tally.Requests, Tries: r.tally.Tries, Statuses: r.tally.Statuses,
		Exchanges: []exchange{}, Values: []value{}, Evictions: []event{}, Logs: []log{},
		Metrics: []metric{}, Shared: []shared{}, Warnings: append([]string{}, r.chain.Doubts()...),
	}
	for _, x := range r.exchanges {
		out.Exchanges = append(out.Exchanges, exchangeJSON(x))
	}
	for _, v := range r.tally.Values {
		chosen := value{
			Filter: v.Filter, Header: v.Header, Value: v.Value, As: v.As, Other: v.Other, Chosen: v.Chosen, Evicted: v.Evicted,
			Out: v.OutUntil > r.chain.Elapsed(),
		}
		if v.OutUntil > 0 {
			chosen.OutUntil = outUntil(v.OutUntil, clock)
		}
		out.Values = append(out.Values, chosen)
	}
	for _, e := range r.tally.Events {
		out.Evictions = append(out.Evictions, event{clock(e.At), e.Filter, e.Header, e.Value, e.As, outUntil(e.Until, clock)})
	}
	for _, l := range r.tally.Logs {
		out.Logs = append(out.Logs, log{l.Filter, l.Level.String(), l.Text, l.Count})
	}
	for _, m := range r.chain.Metrics() {
		out.Metrics = append(out.Metrics, metric{m.Filter, m.Name, m.Kind, m.Value})
	}
	for _, s := range r.chain.Stored() {
		out.Shared = append(out.Shared, shared{s.Filter, s.Key, s.Data})
	}
	return out
}

func exchangeJSON(x *try.Exchange) exchange {
	out := exchange{
		At: clock(x.At), Tries: x.Tries, Filters: []hop{},
		Request:  sides{messageJSON(x.Request.Before, true), messageJSON(x.Request.After, x.Reached)},
		Response: sides{messageJSON(x.Response.Before, x.Reached), messageJSON(x.Response.After, x.Answered)},
	}
	for _, h := range x.Hops {
		met := hop{Filter: h.Filter, Try: h.Try, Paused: h.Paused, Closed: h.Closed, Unmatched: h.Unmatched}
		if h.Reply != nil {
			met.Reply = h.Reply.Status
		}
		out.Filters = append(out.Filters, met)
	}
	return out
}

func messageJSON(m proxywasm.Message, there bool) *message {
	if !there {
		return nil
	}
	out := &message{Headers: [][2]string{}, Body: string(m.Body)}
	for _, l := range []headers.List{m.Headers, m.Trailers} {
		for _, h := range l {
			out.Headers = append(out.Headers, [2]string{h.Name, h.Value})
		}
	}
	return out
}

func clock(d time.Duration) string { return d.Round(time.Millisecond).String() }
