package try

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Exchange is what became of one request.
type Exchange struct {
	At       time.Duration // on the chain's clock
	Request  Sides         // as the client sent it, and as it reached the upstream
	Response Sides         // as the upstream sent it, and as it reached the client
	Reached  bool          // the upstream got the request, else Request.After and Response.Before are empty
	Answered bool          // the client got a response, else Response.After is empty
	Tries    int           // how often the router sent the request
	Hops     []Hop         // in the order in which the request came to the filters
}

// Sides is a message before and after filters.
type Sides struct{ Before, After proxywasm.Message }

// Hop is a filter that the request came to. A filter that sees each try has one for each.
type Hop struct {
	Filter            string
	Try               int // 1 for the first, 0 for a filter of the listener
	Request, Response Sides
	Reply             *proxywasm.Reply // the response that the filter made itself, or nil
	Paused            string           // the callback that stopped the exchange for good, or ""
	Closed            bool             // the filter reset the stream
	Unmatched         bool             // the filter is not for this request, which passed it by
	Logs              []proxywasm.Line

	rules  []Rule
	native bool // it chooses nothing
}

// hop leads on from a filter.
type hop func(ctx context.Context, request proxywasm.Message) (proxywasm.Answer, error)

// through sends a request through filters, and to next, and the response back.
func (x *Exchange) through(ctx context.Context, filters []*running, request proxywasm.Message, next hop) (proxywasm.Answer, error) {
	if len(filters) == 0 {
		return next(ctx, request)
	}
	f := filters[0]
	if !x.matches(f, request) {
		x.Hops = append(x.Hops, Hop{Filter: f.Plugin.Name, Unmatched: true, Request: Sides{request, request}})
		return x.through(ctx, filters[1:], request, next)
	}
	if f.native() {
		return x.native(ctx, f, filters[1:], request, next)
	}
	i := len(x.Hops)
	x.Hops = append(x.Hops, Hop{Filter: f.Plugin.Name, rules: f.Rules, Request: Sides{Before: request}})
	if f.Plugin.EachTry {
		x.Hops[i].Try = x.Tries
	}
	var came proxywasm.Answer
	went := false
	r, err := f.session.Pass(ctx, request, func(request proxywasm.Message) (proxywasm.Answer, error) {
		went = true
		var err error
		came, err = x.through(ctx, filters[1:], request, next)
		return came, err
	})
	h := &x.Hops[i]
	h.Request.After, h.Response = r.Request, Sides{came.Message, r.Response}
	h.Reply, h.Paused, h.Closed, h.Logs = r.Reply, r.Paused, r.Closed, r.Logs
	if err != nil {
		var inner *FilterError
		if !errors.As(err, &inner) {
			err = &FilterError{f.index, f.Plugin.Name, err}
		}
		return proxywasm.Answer{}, err
	}
	a := proxywasm.Answer{Message: r.Response, There: came.There && !r.Closed && r.Paused == "", Details: came.Details, Tries: came.Tries}
	if r.Reply != nil {
		a.There, a.Details = true, r.Reply.Details
		if !went {
			a.Headers = x.replied(filters[1:], request, a.Headers)
		}
	}
	if !a.There {
		a.Message, h.Response.After = proxywasm.Message{}, proxywasm.Message{}
	}
	return a, nil
}

// matches says whether f is for a request. In the upstream's chain it looks at the host that the client asked for.
func (x *Exchange) matches(f *running, request proxywasm.Message) bool {
	method, _ := request.Headers.Get(":method")
	path, _ := request.Headers.Get(":path")
	host, _ := request.Headers.Get(":authority")
	if f.Plugin.EachTry {
		host, _ = x.Request.Before.Headers.Get(":authority")
	}
	return f.Match.Matches(method, host, path, func(name string) (string, bool) {
		var lines []string
		for _, h := range request.Headers {
			if h.Name == name {
				lines = append(lines, h.Value)
			}
		}
		return strings.Join(lines, ","), lines != nil
	})
}

// Set are the request headers that the filter set. For a rule that is whatever the header is
// afterwards: the value may be the one that the client sent.
func (h *Hop) Set() (l headers.List) {
	for _, r := range h.rules {
		l = append(l, r.setIn(h.Request.After.Headers)...)
	}
	if h.rules != nil || h.native {
		return l
	}
	for _, x := range h.Request.After.Headers {
		if !slices.Contains(h.Request.Before.Headers, x) {
			l = append(l, x)
		}
	}
	return l
}

// Called is Set with the alias of a value, where it has one, in the place of the value.
func (h *Hop) Called() (l headers.List) {
	if h.rules == nil {
		return h.Set()
	}
	for _, r := range h.rules {
		if value, ok := r.chosen(h.Request.After.Headers); ok && r.as[value] != "" {
			l = append(l, headers.Header{Name: r.name(), Value: r.as[value]})
			continue
		}
		l = append(l, r.setIn(h.Request.After.Headers)...)
	}
	return l
}
