// Package try sends requests through the filters of a config as an Envoy would, without an
// Envoy: down the listener's chain, through the upstream's for each try, and the response
// back up. It runs the compiled modules in preflight.
package try

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Filter is one filter of the config.
type Filter struct {
	Plugin preflight.Plugin
	Rules  []Rule        // what the built-in module carries out, nil for another module
	Match  *config.Match // the requests that it is for; its share of them is all
	// Mutate, or the name of the type Typed, is there for a filter that has no module, and no Plugin but its Name.
	Mutate *config.Mutate
	Typed  string
}

func (f Filter) native() bool { return f.Mutate != nil || f.Typed != "" }

// Retry says when a request is sent again.
type Retry struct {
	Tries uint32 // the first one included
	Again func(method string, status int) bool
	// Header must be in the response besides, unless it is "". It goes no further.
	Header string
	// Next are the upstreams that tries go to, one after the other from the one that a filter
	// chose on: a request for which none was chosen is sent once. nil: all go to the same.
	Next []string
}

// Upstream answers a request. It must not keep or change it.
type Upstream func(request proxywasm.Message) proxywasm.Message

// Chain is the filters of a config, running, with a clock that only Advance moves. It is
// not safe for concurrent use.
type Chain struct {
	listener, cluster []*running
	retry             Retry
	elapsed           time.Duration
}

type running struct {
	Filter
	index   int                // in the config
	session *preflight.Session // nil of one without a module
}

// FilterError is what went wrong in one filter: Err is a *preflight.Refusal if an Envoy would
// refuse it or see it crash too, a *preflight.Unjudged if it cannot be run here.
type FilterError struct {
	Index int // in what Open was given
	Name  string
	Err   error
}

func (e *FilterError) Error() string { return fmt.Sprintf("filter %s: %v", e.Name, e.Err) }
func (e *FilterError) Unwrap() error { return e.Err }

// Open starts the filters. The error is a *FilterError if it lies with one of them. Close
// the chain after use.
func Open(ctx context.Context, checker *preflight.Checker, filters []Filter, retry Retry) (*Chain, error) {
	c := &Chain{retry: retry}
	shared := map[string]*proxywasm.Shared{}
	for i, f := range filters {
		if f.native() {
			c.listener = append(c.listener, &running{Filter: f, index: i})
			continue
		}
		if shared[f.Plugin.VMID] == nil {
			shared[f.Plugin.VMID] = &proxywasm.Shared{}
		}
		f.Plugin.Shared = shared[f.Plugin.VMID]
		s, err := checker.Open(ctx, f.Plugin)
		if err != nil {
			c.Close(ctx)
			return nil, &FilterError{i, f.Plugin.Name, err}
		}
		r := &running{f, i, s}
		if f.Plugin.EachTry {
			c.cluster = append(c.cluster, r)
		} else {
			c.listener = append(c.listener, r)
		}
	}
	return c, nil
}

// Close ends the filters.
func (c *Chain) Close(ctx context.Context) {
	for _, f := range c.all() {
		f.session.Close(ctx)
	}
}

// all are the filters that have a module, in the order in which a request passes them.
func (c *Chain) all() (all []*running) {
	for _, f := range slices.Concat(c.listener, c.cluster) {
		if !f.native() {
			all = append(all, f)
		}
	}
	return all
}

// Advance moves the clock and rings the filters' timers.
func (c *Chain) Advance(ctx context.Context, d time.Duration) error {
	c.elapsed += d
	for _, f := range c.all() {
		if err := f.session.Advance(ctx, d); err != nil {
			return &FilterError{f.index, f.Plugin.Name, err}
		}
	}
	return nil
}

// Elapsed is how far the clock was moved.
func (c *Chain) Elapsed() time.Duration { return c.elapsed }

// Do sends one request through the chain. The error is a *FilterError if a filter crashed,
// after which the chain is of no more use; the Exchange says how far the request came.
func (c *Chain) Do(ctx context.Context, request proxywasm.Message, upstream Upstream) (*Exchange, error) {
	request.Properties = map[string][]byte{}
	x := &Exchange{At: c.elapsed, Request: Sides{Before: request}}
	a, err := x.through(ctx, c.listener, request, func(ctx context.Context, request proxywasm.Message) (proxywasm.Answer, error) {
		return c.router(ctx, x, request, upstream)
	})
	x.Response.After, x.Answered = a.Message, a.There
	return x, err
}

// router is what stands between the two chains. A try that is sent again starts with the
// headers that the one before left behind: both share them (Envoy 1.40,
// UpstreamRequest::acceptHeadersFromRouter).
func (c *Chain) router(ctx context.Context, x *Exchange, request proxywasm.Message, upstream Upstream) (proxywasm.Answer, error) {
	method, _ := request.Headers.Get(":method")
	for {
		x.Tries++
		a, err := x.through(ctx, c.cluster, request, func(_ context.Context, request proxywasm.Message) (proxywasm.Answer, error) {
			x.Request.After, x.Reached = request, true
			x.Response.Before = upstream(request)
			return proxywasm.Answer{Message: x.Response.Before, There: true}, nil
		})
		_, asked := a.Headers.Get(c.retry.Header)
		a.Headers.Remove(c.retry.Header)
		a.Tries = x.Tries
		if err != nil || !a.There || c.retry.Again == nil || x.Tries >= int(c.retry.Tries) || !asked && c.retry.Header != "" {
			return a, err
		}
		text, _ := a.Headers.Get(":status")
		if status, _ := strconv.Atoi(text); !c.retry.Again(method, status) {
			return a, nil
		}
		request = x.Request.After
		if c.retry.Next != nil {
			chosen, _ := request.Headers.Get(config.UpstreamHeader)
			at := slices.Index(c.retry.Next, chosen)
			if at < 0 {
				return a, nil
			}
			request.Headers = headers.Of(request.Headers...)
			request.Headers.Set(config.UpstreamHeader, c.retry.Next[(at+1)%len(c.retry.Next)])
		}
	}
}
