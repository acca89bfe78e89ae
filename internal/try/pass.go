package try

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/preflight/headers"
	"github.com/livefilter/livefilter/internal/preflight/host"
)

// answer is a response, if there is one.
type answer struct {
	host.Message

	There bool
}

// pass sends a request through one filter, then to next, and the response back through it.
//
// A session wants the response together with the request, before next can make it: the
// filter is shown the likely one. If another one came, guessed is true, and the response is
// that one with the changes that the filter made to the likely one.
func pass(ctx context.Context, s *preflight.Session, request, likely host.Message, next hop) (r preflight.Result, guessed bool, err error) {
	r, err = s.Do(ctx, preflight.Exchange{Request: request, Response: likely})
	if err != nil || r.Reply != nil || r.Closed || strings.HasPrefix(r.Paused, "proxy_on_request") {
		return r, false, err
	}
	came, err := next(ctx, r.Request)
	if err != nil || !came.There || reflect.DeepEqual(came.Message, likely) {
		return r, false, err
	}
	r.Response.Headers = transfer(likely.Headers, r.Response.Headers, came.Headers)
	if slices.Equal(r.Response.Body, likely.Body) {
		r.Response.Body = came.Body
	}
	return r, true, nil
}

// transfer makes the changes that lead from was to is in l.
func transfer(was, is, l headers.List) headers.List {
	l = slices.Clone(l)
	for _, h := range was {
		if _, there := is.Get(h.Name); !there {
			l.Remove(h.Name)
		}
	}
	for _, h := range is {
		if !slices.Contains(was, h) {
			l.Set(h.Name, h.Value)
		}
	}
	return l
}
