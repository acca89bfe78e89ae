package uaecho_test

import (
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

func TestParseRule(t *testing.T) {
	for text, want := range map[string]uaecho.Rule{
		"user-agent=bad1:429":  {Header: "user-agent", Value: "bad1", Status: 429},
		"X-Key=a=b:c:503":      {Header: "X-Key", Value: "a=b:c", Status: 503},
		"x-key=:400":           {Header: "x-key", Value: "", Status: 400},
		"x-key=with space:500": {Header: "x-key", Value: "with space", Status: 500},
	} {
		got, err := uaecho.ParseRule(text)
		if err != nil || got != want {
			t.Errorf("ParseRule(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseRuleErrors(t *testing.T) {
	const form = "want HEADER=VALUE:STATUS, for instance user-agent=bad1:429"
	for text, want := range map[string]string{
		"":                  `rule "": ` + form,
		"user-agent":        `rule "user-agent": ` + form,
		"user-agent=bad1":   `rule "user-agent=bad1": ` + form,
		"=bad1:429":         `rule "=bad1:429": ` + form,
		"bad1:429":          `rule "bad1:429": ` + form,
		"user-agent=bad1:4": `rule "user-agent=bad1:4": status "4": want a number from 200 to 599`,
		"user-agent=bad1:":  `rule "user-agent=bad1:": status "": want a number from 200 to 599`,
	} {
		if got, err := uaecho.ParseRule(text); err == nil || err.Error() != want {
			t.Errorf("ParseRule(%q) = %+v, %v; want error %q", text, got, err, want)
		}
	}
}

func TestRulesFire(t *testing.T) {
	rules := []uaecho.Rule{
		{Header: "user-agent", Value: "bad1", Status: 429},
		{Header: "x-key", Value: "old", Status: 401},
		{Header: "x-key", Value: "old", Status: 500},
	}
	for name, test := range map[string]struct {
		headers []string
		want    int
	}{
		"none":              {headers: []string{"User-Agent", "good"}, want: 200},
		"one":               {headers: []string{"User-Agent", "bad1"}, want: 429},
		"not a part":        {headers: []string{"User-Agent", "bad10"}, want: 200},
		"not another case":  {headers: []string{"User-Agent", "Bad1"}, want: 200},
		"first rule wins":   {headers: []string{"X-Key", "old"}, want: 401},
		"order of rules":    {headers: []string{"X-Key", "old", "User-Agent", "bad1"}, want: 429},
		"a second line":     {headers: []string{"X-Key", "new", "X-Key", "old"}, want: 401},
		"the other's value": {headers: []string{"X-Key", "bad1"}, want: 200},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(t, get("/", test.headers...), rules...).Code; got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
		})
	}
}
