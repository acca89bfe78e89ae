package config

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// FuzzParse holds Parse to what Envoy relies on, and to encoding/json where it says yes.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/invalid.yaml")
	if err != nil {
		f.Fatal(err)
	}
	var cases []struct{ Config string }
	if err := yaml.Load(data, &cases); err != nil {
		f.Fatal(err)
	}
	for _, c := range cases {
		f.Add(c.Config)
	}
	f.Add("User-Agent")
	f.Add(`{"name":"n","headers":[{"name":"X-A","values":["\u00e9",{"value":"2","weight":3}],` +
		`"evict":{"on":["4xx",429],"for":"1m","retry_after":true,"max":"1h"}}]}`)
	f.Add(`{"headers":[{"name":"X-A","values":["1",{"value":"2","as":"b"}],"pick":{"sticky":{"by":"cookie c"}},` +
		`"limit":"60/1m","when_all_out":"first"}]}`)
	oneLine := regexp.MustCompile(`^[ -~]+$`)
	token := regexp.MustCompile("^(:authority|[!#$%&'*+.^_`|~0-9a-z-]+)$")
	value := regexp.MustCompile(`^[\t -~\x{80}-\x{10ffff}]*$`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			if !oneLine.MatchString(err.Error()) || len(err.Error()) > 500 {
				t.Errorf("error of more than a line: %q", err)
			}
			return
		}
		if text = strings.Trim(text, " \t\r\n"); strings.HasPrefix(text, "{") && !json.Valid([]byte(text)) {
			t.Errorf("not JSON: %q", text)
		}
		if !value.MatchString(c.Name) || c.ResponseHeader != "" && !token.MatchString(c.ResponseHeader) {
			t.Errorf("%q: %+v", text, c)
		}
		for _, r := range c.Rules {
			if !token.MatchString(r.Name) || len(r.Values) == 0 {
				t.Errorf("%q: %+v", text, r)
			}
			for _, v := range r.Values {
				if r.Names == nil && !value.MatchString(v) {
					t.Errorf("%q: value %q", text, v)
				}
			}
			if r.Weights != nil && len(r.Weights) != len(r.Values) {
				t.Errorf("%q: %d weights of %d values", text, len(r.Weights), len(r.Values))
			}
			if l := r.Limit; l != nil && (l.Requests < 1 || l.Every < 1 || l.Requests*int64(l.Every) > int64(MaxPeriod)+l.Requests) {
				t.Errorf("%q: %+v", text, l)
			}
			if e := r.Evict; e != nil && (e.For < 0 || e.For == 0 && e.ends() || e.Max < e.For || e.Max > MaxPeriod || !e.ends() && e.Forever == nil) {
				t.Errorf("%q: %+v", text, e)
			}
		}
	})
}
