package snapshot

import (
	"fmt"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
)

// pluginHeaders is the configuration that the built-in module reads (see filter/config.go).
type pluginHeaders struct {
	Name    string         `json:"name"`
	Headers []pluginHeader `json:"headers"`
	// ResponseHeader marks responses; absent for the module's own choice.
	ResponseHeader *string `json:"response_header,omitempty"`
	// RetryOn are the statuses after which the module asks for another try, by RetryHeader.
	RetryOn   []string `json:"retry_on,omitempty"`
	RetryGRPC []string `json:"retry_grpc,omitempty"`
}

type pluginHeader struct {
	Name   string       `json:"name,omitempty"`
	Names  []string     `json:"names,omitempty"` // in place of Name, before Values
	Values []any        `json:"values"`          // what a header has, or a pluginValue where there is more to say
	Pick   any          `json:"pick,omitempty"`  // a word, or a pluginSticky; absent for the default, "random"
	Limit  string       `json:"limit,omitempty"` // as in 60/1m
	Evict  *pluginEvict `json:"evict,omitempty"`
	// WhenAllOut is absent for the default: "first", or with a limit "reject".
	WhenAllOut string `json:"when_all_out,omitempty"`
	// TriesNext says that each try of a request goes to the next value of the list.
	TriesNext bool `json:"tries_next,omitempty"`
}

type pluginValue struct {
	Value  any    `json:"value"` // a string, or with Names a list of strings and nulls
	Weight uint32 `json:"weight,omitempty"`
	As     string `json:"as,omitempty"`
}

type pluginSticky struct {
	Sticky struct {
		By string `json:"by"`
	} `json:"sticky"`
}

type pluginEvict struct {
	On          []string          `json:"on,omitempty"`
	GRPC        []string          `json:"grpc,omitempty"`
	Header      map[string]string `json:"header,omitempty"`
	After       uint32            `json:"after,omitempty"`
	For         string            `json:"for,omitempty"`
	Forever     []string          `json:"forever,omitempty"`
	RetryAfter  bool              `json:"retry_after,omitempty"`
	ResetHeader string            `json:"reset_header,omitempty"`
	Max         string            `json:"max,omitempty"`
}

func headersConfig(f config.Filter) pluginHeaders {
	out := pluginHeaders{Name: f.Name, Headers: []pluginHeader{}, ResponseHeader: f.ResponseHeader}
	for _, h := range f.Rules() {
		rule := pluginHeader{Name: h.Name, TriesNext: f.Across() && h.Evict != nil, Names: h.Names, Pick: pluginPick(h.Pick), WhenAllOut: h.WhenAllOutSaid()}
		if h.Names != nil {
			rule.Name = ""
		}
		for _, v := range h.Values {
			rule.Values = append(rule.Values, valueConfig(v))
		}
		if l := h.Limit; l != nil {
			rule.Limit = fmt.Sprintf("%d/%s", l.Requests, l.Per)
		}
		if h.Evict != nil {
			rule.Evict = evictConfig(h.Evict)
		}
		out.Headers = append(out.Headers, rule)
	}
	if f.EachTry() {
		out.RetryOn, out.RetryGRPC = f.Retry.On, f.Retry.GRPC
	}
	return out
}

func valueConfig(v config.Value) any {
	var what any = v.Value
	if v.Set != nil {
		what = v.Set
	}
	if v.Weight > 1 || v.As != "" {
		out := pluginValue{Value: what, As: v.As}
		if v.Weight > 1 {
			out.Weight = v.Weight
		}
		return out
	}
	return what
}

func evictConfig(e *config.Evict) *pluginEvict {
	out := &pluginEvict{On: e.On, GRPC: e.GRPC, Forever: e.Forever, RetryAfter: e.RetryAfter, ResetHeader: e.ResetHeader}
	for _, is := range e.Header {
		if out.Header == nil {
			out.Header = map[string]string{}
		}
		out.Header[is.Name] = is.Value
	}
	if e.After > 1 {
		out.After = e.After
	}
	if e.For > 0 {
		out.For = e.For.String()
	}
	if e.Max > 0 {
		out.Max = e.Max.String()
	}
	return out
}

func pluginPick(p config.Pick) any {
	switch p.Way {
	case "random":
		return nil
	case "sticky":
		var s pluginSticky
		s.Sticky.By = strings.TrimSpace(p.By + " " + p.Name)
		return s
	}
	return p.Way
}
