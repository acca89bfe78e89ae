package try

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/builtin"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

func module(t *testing.T, file string) []byte {
	t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// own is a filter with a module from e2e: mark adds x-module to responses, pass x-pass to
// requests, deny answers by itself.
func own(t *testing.T, name string) Filter {
	return Filter{Plugin: preflight.Plugin{Name: name, Code: module(t, "../../e2e/testdata/"+name+".wasm")}}
}

// rules is the built-in filter for x-key, whose values a 429 evicts for a minute.
func rules(values ...string) Filter {
	quoted := strings.ReplaceAll(fmt.Sprintf("%q", values), `" "`, `","`)
	return Filter{
		Plugin: preflight.Plugin{Name: "rules", Code: builtin.Filter, Config: fmt.Appendf(nil,
			`{"name":"rules","headers":[{"name":"x-key","values":%s,"evict":{"on":["4xx"],"for":"1m"}}]}`, quoted)},
		Rules: []Rule{{Headers: []string{"x-key"}, Values: values}},
	}
}

func each(f Filter) Filter {
	f.Plugin.EachTry = true
	return f
}

func open(t *testing.T, retry Retry, filters ...Filter) *Chain {
	t.Helper()
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	c, err := Open(t.Context(), checker, filters, retry)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close(context.Background())
		if err := checker.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

func get() proxywasm.Message {
	return proxywasm.Message{Headers: headers.List{{Name: ":authority", Value: "a"}, {Name: ":path", Value: "/"}, {Name: ":method", Value: "GET"}}}
}

// fussy answers 429 to what begins with bad.
func fussy(request proxywasm.Message) proxywasm.Message {
	status := "200"
	if key, _ := request.Headers.Get("x-key"); strings.HasPrefix(key, "bad") {
		status = "429"
	}
	return proxywasm.Message{Headers: headers.List{{Name: ":status", Value: status}}}
}

// say is an exchange in a line.
func say(x *Exchange) string {
	all := func(l headers.List, name string) (values []string) {
		for _, h := range l {
			if h.Name == name {
				values = append(values, h.Value)
			}
		}
		return values
	}
	var hops []string
	for _, h := range x.Hops {
		hops = append(hops, fmt.Sprintf("%s/%d", h.Filter, h.Try))
	}
	return fmt.Sprintf("%v pass=%v module=%v tries=%d reached=%t answered=%t hops=%v", all(x.Response.After.Headers, ":status"),
		all(x.Request.After.Headers, "x-pass"), all(x.Response.After.Headers, "x-module"), x.Tries, x.Reached, x.Answered, hops)
}

// These agree with Envoy: e2e has the same chains.
func TestChains(t *testing.T) {
	on429 := Retry{Tries: 3, Again: func(_ string, status int) bool { return status == 429 }}
	bad := rules("bad")
	for name, tt := range map[string]struct {
		filters []Filter
		want    string
	}{
		"none":          {nil, "[200] pass=[] module=[] tries=1 reached=true answered=true hops=[]"},
		"order":         {[]Filter{own(t, "mark"), own(t, "pass"), own(t, "pass")}, "[200] pass=[p p] module=[a] tries=1 reached=true answered=true hops=[mark/0 pass/0 pass/0]"},
		"reply, last":   {[]Filter{own(t, "mark"), own(t, "deny")}, "[403] pass=[] module=[a] tries=0 reached=false answered=true hops=[mark/0 deny/0]"},
		"reply, first":  {[]Filter{own(t, "deny"), own(t, "mark")}, "[403] pass=[] module=[] tries=0 reached=false answered=true hops=[deny/0]"},
		"reply, a try":  {[]Filter{own(t, "mark"), each(own(t, "deny")), own(t, "pass")}, "[403] pass=[] module=[a] tries=1 reached=false answered=true hops=[mark/0 pass/0 deny/1]"},
		"tries":         {[]Filter{each(own(t, "pass")), bad}, "[429] pass=[p p p] module=[] tries=3 reached=true answered=true hops=[rules/0 pass/1 pass/2 pass/3]"},
		"a good answer": {[]Filter{each(own(t, "pass"))}, "[200] pass=[p] module=[] tries=1 reached=true answered=true hops=[pass/1]"},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := open(t, on429, tt.filters...).Do(t.Context(), get(), fussy)
			if got := say(x); err != nil || got != tt.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

// A pool heals: each try chooses afresh, and what was bad is out.
func TestRetriesChooseAfresh(t *testing.T) {
	c := open(t, Retry{Tries: 3, Again: func(_ string, status int) bool { return status == 429 }}, each(rules("bad1", "bad2", "good")))
	tally := NewTally(c)
	for range 50 {
		x, err := c.Do(t.Context(), get(), fussy)
		if err != nil {
			t.Fatal(err)
		}
		tally.Add(x)
	}
	if tally.Statuses["200"] != 50 || tally.Requests != 50 || tally.Tries != 52 {
		t.Errorf("%+v", tally)
	}
	for _, v := range tally.Values {
		if bad := v.Value != "good"; bad && (v.Chosen != 1 || v.Evicted != 1 || v.OutUntil != time.Minute) || !bad && v.Chosen != 50 {
			t.Errorf("%+v", v)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	defer checker.Close(context.Background())
	trap := Filter{Plugin: preflight.Plugin{Name: "trap", Code: module(t, "../preflight/testdata/request-trap.wasm")}}
	refuses := Filter{Plugin: preflight.Plugin{Name: "refuses", Code: builtin.Filter, Config: []byte("{")}}
	_, err := Open(t.Context(), checker, []Filter{own(t, "mark"), refuses}, Retry{})
	var failed *FilterError
	var refusal *preflight.Refusal
	if !errors.As(err, &failed) || failed.Index != 1 || !errors.As(err, &refusal) || refusal.Step != preflight.Configure {
		t.Errorf("%v", err)
	}
	for _, filters := range [][]Filter{{own(t, "mark"), trap}, {own(t, "mark"), each(trap)}} {
		x, err := open(t, Retry{}, filters...).Do(t.Context(), get(), fussy)
		if !errors.As(err, &failed) || failed.Index != 1 || failed.Name != "trap" || !errors.As(err, &refusal) || refusal.Step != preflight.Request {
			t.Errorf("%v", err)
		}
		if x.Reached || x.Answered || !slices.ContainsFunc(x.Hops, func(h Hop) bool { return h.Filter == "trap" }) {
			t.Error(say(x))
		}
	}
}
