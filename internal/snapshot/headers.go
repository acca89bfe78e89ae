package snapshot

import "github.com/livefilter/livefilter/internal/config"

// pluginHeaders is the configuration that the built-in module reads (see filter/config.go).
type pluginHeaders struct {
	Name    string         `json:"name"`
	Headers []pluginHeader `json:"headers"`
	// ResponseHeader marks responses; absent for the module's own choice.
	ResponseHeader *string `json:"response_header,omitempty"`
	// RetryOn are the statuses after which the module asks for another try, by RetryHeader.
	RetryOn []string `json:"retry_on,omitempty"`
}

type pluginHeader struct {
	Name   string       `json:"name"`
	Values []any        `json:"values"` // a string, or a pluginValue where it has a weight
	Evict  *pluginEvict `json:"evict,omitempty"`
}

type pluginValue struct {
	Value  string `json:"value"`
	Weight uint32 `json:"weight"`
}

type pluginEvict struct {
	On         []string `json:"on"`
	For        string   `json:"for"`
	RetryAfter bool     `json:"retry_after,omitempty"`
	Max        string   `json:"max,omitempty"`
	WhenAllOut string   `json:"when_all_out,omitempty"` // absent for the default, "first"
}

func headersConfig(f config.Filter) pluginHeaders {
	out := pluginHeaders{Name: f.Name, Headers: []pluginHeader{}, ResponseHeader: f.ResponseHeader}
	for _, h := range f.Rules() {
		rule := pluginHeader{Name: h.Name}
		for _, v := range h.Values {
			if v.Weight > 1 {
				rule.Values = append(rule.Values, pluginValue{v.Value, v.Weight})
			} else {
				rule.Values = append(rule.Values, v.Value)
			}
		}
		if e := h.Evict; e != nil {
			rule.Evict = &pluginEvict{On: e.On, For: e.For.String(), RetryAfter: e.RetryAfter}
			if e.Max > 0 {
				rule.Evict.Max = e.Max.String()
			}
			if h.WhenAllOut != "first" {
				rule.Evict.WhenAllOut = h.WhenAllOut
			}
		}
		out.Headers = append(out.Headers, rule)
	}
	if f.Retry != nil {
		out.RetryOn = f.Retry.On
	}
	return out
}
