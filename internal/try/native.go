package try

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/format"
	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// native sends a request through a filter that Envoy has the code of: mutate is done here as it
// is there, any other filter lets it pass.
func (x *Exchange) native(ctx context.Context, f *running, filters []*running, request proxywasm.Message, next hop) (proxywasm.Answer, error) {
	i := len(x.Hops)
	x.Hops = append(x.Hops, Hop{Filter: f.Plugin.Name, native: true, Request: Sides{Before: request}})
	after := request
	if f.Mutate != nil {
		after.Headers = slices.Clone(request.Headers)
		mutated(&after.Headers, f.Mutate.Request, func() seen { return seen{request: after.Headers} })
	}
	x.Hops[i].Request.After = after
	a, err := x.through(ctx, filters, after, next)
	if err != nil {
		return a, err
	}
	h := &x.Hops[i]
	h.Response.Before = a.Message
	if f.Mutate != nil && a.There {
		asked := after.Headers
		if x.Reached {
			asked = x.Request.After.Headers // there is one for all filters, as the last of them left it
		}
		a.Headers = slices.Clone(a.Headers)
		mutated(&a.Headers, f.Mutate.Response, func() seen { return seen{asked, a.Headers} })
	}
	h.Response.After = a.Message
	return a, nil
}

// replied are the headers of a response that a filter made itself, after the filters behind it:
// the request never came there, but an Envoy has the response go through all. A match holds for
// a request only.
func (x *Exchange) replied(behind []*running, request proxywasm.Message, l headers.List) headers.List {
	for _, f := range slices.Backward(behind) {
		if f.Mutate == nil || f.Match != nil {
			continue
		}
		before := l
		l = slices.Clone(l)
		mutated(&l, f.Mutate.Response, func() seen { return seen{request.Headers, l} })
		x.Hops = append(x.Hops, Hop{
			Filter: f.Plugin.Name, native: true,
			Response: Sides{proxywasm.Message{Headers: before}, proxywasm.Message{Headers: l}},
		})
	}
	return l
}

// mutated makes the changes in the order in which Envoy does (snapshot.mutations).
func mutated(l *headers.List, m config.Mutations, now func() seen) {
	each := func(all []config.HeaderIs, change func(name, value string)) {
		for _, h := range all {
			value, _ := now().filled(h.Value)
			if value != "" || h.Value == "" { // of a command that has nothing to say nothing becomes
				change(h.Name, value)
			}
		}
	}
	each(m.Set, func(name, value string) {
		l.Remove(name)
		l.Add(name, value)
	})
	each(m.Append, l.Add)
	each(m.Default, func(name, value string) {
		if _, there := l.Get(name); !there {
			l.Add(name, value)
		}
	})
	for _, name := range m.Remove {
		l.Remove(name)
	}
}

// seen are the headers that commands can ask for.
type seen struct{ request, response headers.List }

// filled is a format string with what is known here in the place of commands; the others are
// left as they are, and returned.
func (s seen) filled(value string) (out string, unknown []string) {
	parts, err := format.Parse(value)
	if err != nil {
		return value, nil // config refuses it
	}
	var b strings.Builder
	for _, p := range parts {
		text := p.Text
		switch p.Command {
		case "":
		case "REQ", "REQUEST_HEADER":
			text = headerOf(s.request, p)
		case "RESP", "RESPONSE_HEADER":
			text = headerOf(s.response, p)
		case "RESPONSE_CODE":
			text, _ = s.response.Get(":status")
		case "PROTOCOL":
			text = "HTTP/1.1"
		default:
			unknown = append(unknown, p.Text)
		}
		b.WriteString(text)
	}
	return b.String(), unknown
}

func headerOf(l headers.List, p format.Part) string {
	main, other, _ := strings.Cut(p.Args, "?")
	value, there := l.Get(main)
	if !there {
		value, _ = l.Get(other)
	}
	if p.Max > 0 {
		value = value[:min(len(value), p.Max)]
	}
	return value
}

// nativeDoubts are what an Envoy may do otherwise.
func (f Filter) nativeDoubts() (all []string) {
	if f.Typed != "" {
		return []string{fmt.Sprintf("%s is a filter of Envoy's own, which is not simulated: requests pass it by here", f.Typed)}
	}
	for _, m := range []config.Mutations{f.Mutate.Request, f.Mutate.Response} {
		for _, h := range slices.Concat(m.Set, m.Append, m.Default) {
			_, unknown := seen{}.filled(h.Value)
			for _, command := range unknown {
				all = append(all, fmt.Sprintf("%s: %s stands for what only an Envoy knows", h.Name, command))
			}
		}
	}
	return all
}
