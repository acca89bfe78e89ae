package config

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

var evict = &Eviction{Statuses: []StatusRange{{400, 499}}, For: time.Minute, Max: time.Hour}

func TestParse(t *testing.T) {
	for text, want := range map[string]Config{
		"":        {},
		" \r\n\t": {},
		"User-Agent": {Name: "my-wasm-filter", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "user-agent", Values: []string{"hello", "world"}}}},
		"\thost\n": {Name: "my-wasm-filter", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: ":authority", Values: []string{"hello", "world"}}}},
		`{}`:                          {Name: "my-wasm-filter", ResponseHeader: "x-proxy-wasm"},
		`{"name":"n","headers":[]}`:   {Name: "n", ResponseHeader: "x-proxy-wasm"},
		`{"response_header":""}`:      {Name: "my-wasm-filter"},
		`{"response_header":"X-Who"}`: {Name: "my-wasm-filter", ResponseHeader: "x-who"},
		`{"name":"n","headers":[{"name":"X-A","values":["1",{"value":"2"},{"weight":3.0,"value":"3"},""]}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "x-a", Values: []string{"1", "2", "3", ""}, Weights: []uint32{1, 1, 3, 1}}}},
		`{"name":"n","headers":[{"name":"a","values":[{"value":"1","weight":7},{"value":"2","weight":7}]}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1", "2"}}}},
		`{"name":"n","headers":[{"name":"a","values":["1"],"evict":{"on":["4xx"],"for":"1m"}}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1"}, Evict: evict}}},
		`{"name":"n","headers":[{"evict":{"max":"1h30m","retry_after":true,"for":"1.5s","on":["5xx",429,"403",500.0]},"values":["1"],"name":"a"}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1"}, Evict: &Eviction{
				Statuses:   []StatusRange{{500, 599}, {429, 429}, {403, 403}, {500, 500}},
				For:        1500 * time.Millisecond,
				RetryAfter: true,
				Max:        90 * time.Minute,
			}}}},
		`{"name":"n","headers":[{"name":"a","values":["1"],"evict":{"on":["4xx"],"for":"2h","retry_after":false}}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1"}, Evict: &Eviction{
				Statuses: evict.Statuses, For: 2 * time.Hour, Max: 2 * time.Hour}}}},
		`{"name":"n","headers":[{"name":"a","values":["1"],"evict":{"grpc":["CANCELLED","UNAUTHENTICATED"],"header":{"X-Left":"0"},` +
			`"after":3,"forever":[401],"for":"1m","reset_header":"X-Reset","max":"2h"}}],"retry_grpc":["UNAVAILABLE"]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1"}, Evict: &Eviction{
				GRPC: 1<<1 | 1<<16, Headers: []HeaderIs{{"x-left", "0"}}, After: 3, Forever: []StatusRange{{401, 401}},
				For: time.Minute, ResetHeader: "x-reset", Max: 2 * time.Hour}}},
			RetryGRPC: 1 << 14},
		`{"name":"n","headers":[{"name":"a","values":["1"],"evict":{"forever":["4xx"]}}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "a", Values: []string{"1"}, Evict: &Eviction{Forever: evict.Statuses, Max: time.Hour}}}},
		`{"name":"n","headers":[{"names":["User-Agent","Host","X-A"],"values":[["a","b",null],{"value":["","c","d"],"weight":2}]}]}`: {
			Name: "n", ResponseHeader: "x-proxy-wasm",
			Rules: []Rule{{Name: "user-agent", Names: []string{"user-agent", ":authority", "x-a"},
				Values: []string{"a\nb\n\r\n", "\nc\nd\n"}, Weights: []uint32{1, 2}}}},
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", text, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	data, err := os.ReadFile("testdata/invalid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Config, Error string }
	if err := yaml.Load(data, &cases, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		refused(t, c.Config, c.Error)
	}
}

func TestLimits(t *testing.T) {
	rule := `{"name":"a%","values":["x"]}`
	var rules []string
	for i := range MaxRules + 1 {
		rules = append(rules, strings.Replace(rule, "%", strings.Repeat("a", i), 1))
	}
	accepted(t, `{"headers":[`+strings.Join(rules[:MaxRules], ",")+`]}`)
	refused(t, `{"headers":[`+strings.Join(rules, ",")+`]}`, "headers[16]: at most 16 headers")

	values := func(n int) string {
		return `{"headers":[{"name":"a","values":["x"` + strings.Repeat(`,"x"`, n-1) + `]}]}`
	}
	accepted(t, values(MaxValues))
	refused(t, values(MaxValues+1), "headers[0].values[1000]: at most 1000 values")

	value := func(n int) string {
		return `{"headers":[{"name":"a","values":["` + strings.Repeat("x", n) + `"]}]}`
	}
	accepted(t, value(MaxValueBytes))
	refused(t, value(MaxValueBytes+1), "headers[0].values[0]: at most 8192 bytes")

	accepted(t, strings.Repeat("x", MaxNameBytes))
	refused(t, strings.Repeat("x", MaxNameBytes+1), "neither a JSON object nor a header name: at most 256 bytes")

	accepted(t, strings.Repeat(" ", MaxBytes))
	refused(t, strings.Repeat(" ", MaxBytes+1), "at most 1048576 bytes")
}

func accepted(t *testing.T, text string) {
	t.Helper()
	if _, err := Parse(text); err != nil {
		t.Errorf("%.200s: %v", text, err)
	}
}

func refused(t *testing.T, text, want string) {
	t.Helper()
	if _, err := Parse(text); err == nil || err.Error() != want {
		t.Errorf("%.200s:\n got %v\nwant %s", text, err, want)
	}
}
