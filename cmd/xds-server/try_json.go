package main

import (
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
	"github.com/livefilter/livefilter/internal/try"
)

// These are what try --json prints. Durations are texts such as "1m0s", on a clock that
// begins with the first request.
type (
	tryOutput struct {
		File      string         `json:"file"`
		Requests  int            `json:"requests"`
		Tries     int            `json:"tries"`
		Statuses  map[string]int `json:"statuses"`  // of what clients got, "" for no response
		Exchanges []tryExchange  `json:"exchanges"` // the first hundred
		Values    []tryValue     `json:"values"`
		Evictions []tryEvent     `json:"evictions"` // the first thousand
		Logs      []tryLog       `json:"logs"`
		Metrics   []tryMetric    `json:"metrics"`
		Shared    []tryShared    `json:"shared_data"`
		Warnings  []string       `json:"warnings"`
	}
	tryExchange struct {
		At       string   `json:"at"`
		Tries    int      `json:"tries"`
		Request  trySides `json:"request"`
		Response trySides `json:"response"`
		Filters  []tryHop `json:"filters"`
	}
	trySides struct {
		Before *tryMessage `json:"before"` // null if it did not come so far
		After  *tryMessage `json:"after"`
	}
	tryMessage struct {
		Headers [][2]string `json:"headers"`
		Body    string      `json:"body,omitempty"`
	}
	tryHop struct {
		Filter string `json:"filter"`
		Try    int    `json:"try,omitempty"`
		Reply  uint32 `json:"reply,omitempty"`
		Paused string `json:"paused,omitempty"`
		Closed bool   `json:"closed,omitempty"`
	}
	tryValue struct {
		Filter   string `json:"filter"`
		Header   string `json:"header"`
		Value    string `json:"value"`
		Other    bool   `json:"other,omitempty"` // stands for all values that are too many
		Chosen   int    `json:"chosen"`
		Evicted  int    `json:"evicted"`
		OutUntil string `json:"out_until,omitempty"`
		Out      bool   `json:"out"`
	}
	tryEvent struct {
		At     string `json:"at"`
		Filter string `json:"filter"`
		Header string `json:"header"`
		Value  string `json:"value"`
		Until  string `json:"until"`
	}
	tryLog struct {
		Filter string `json:"filter"`
		Level  string `json:"level"`
		Text   string `json:"text"`
		Count  int    `json:"count"`
	}
	tryMetric struct {
		Filter string `json:"filter"`
		Name   string `json:"name"`
		Kind   string `json:"kind"`
		Value  uint64 `json:"value"`
	}
	tryShared struct {
		Filter string `json:"filter"`
		Key    string `json:"key"`
		Value  []byte `json:"value"` // base64
	}
)

func (t *tried) json() tryOutput {
	out := tryOutput{
		File: t.file, Requests: t.tally.Requests, Tries: t.tally.Tries, Statuses: t.tally.Statuses,
		Exchanges: []tryExchange{}, Values: []tryValue{}, Evictions: []tryEvent{}, Logs: []tryLog{},
		Metrics: []tryMetric{}, Shared: []tryShared{}, Warnings: append([]string{}, t.chain.Doubts()...),
	}
	for _, x := range t.exchanges {
		out.Exchanges = append(out.Exchanges, exchangeJSON(x))
	}
	for _, v := range t.tally.Values {
		value := tryValue{
			Filter: v.Filter, Header: v.Header, Value: v.Value, Other: v.Other, Chosen: v.Chosen, Evicted: v.Evicted,
			Out: v.OutUntil > t.chain.Elapsed(),
		}
		if v.OutUntil > 0 {
			value.OutUntil = clock(v.OutUntil)
		}
		out.Values = append(out.Values, value)
	}
	for _, e := range t.tally.Events {
		out.Evictions = append(out.Evictions, tryEvent{clock(e.At), e.Filter, e.Header, e.Value, clock(e.Until)})
	}
	for _, l := range t.tally.Logs {
		out.Logs = append(out.Logs, tryLog{l.Filter, l.Level.String(), l.Text, l.Count})
	}
	for _, m := range t.chain.Metrics() {
		out.Metrics = append(out.Metrics, tryMetric{m.Filter, m.Name, m.Kind, m.Value})
	}
	for _, s := range t.chain.Stored() {
		out.Shared = append(out.Shared, tryShared{s.Filter, s.Key, s.Data})
	}
	return out
}

func exchangeJSON(x *try.Exchange) tryExchange {
	out := tryExchange{
		At: clock(x.At), Tries: x.Tries, Filters: []tryHop{},
		Request:  trySides{messageJSON(x.Request.Before, true), messageJSON(x.Request.After, x.Reached)},
		Response: trySides{messageJSON(x.Response.Before, x.Reached), messageJSON(x.Response.After, x.Answered)},
	}
	for _, h := range x.Hops {
		hop := tryHop{Filter: h.Filter, Try: h.Try, Paused: h.Paused, Closed: h.Closed}
		if h.Reply != nil {
			hop.Reply = h.Reply.Status
		}
		out.Filters = append(out.Filters, hop)
	}
	return out
}

func messageJSON(m proxywasm.Message, there bool) *tryMessage {
	if !there {
		return nil
	}
	out := &tryMessage{Headers: [][2]string{}, Body: string(m.Body)}
	for _, l := range []headers.List{m.Headers, m.Trailers} {
		for _, h := range l {
			out.Headers = append(out.Headers, [2]string{h.Name, h.Value})
		}
	}
	return out
}

func clock(d time.Duration) string { return d.Round(time.Millisecond).String() }
