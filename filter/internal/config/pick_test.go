package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParsePick(t *testing.T) {
	for text, want := range map[string]Rule{
		`"pick":"random"`:                                      {},
		`"pick":"round_robin"`:                                 {Pick: Pick{Way: RoundRobin}},
		`"pick":"in_order"`:                                    {Pick: Pick{Way: InOrder}},
		`"pick":{"sticky":{"by":"ip"}}`:                        {Pick: Pick{Sticky, ByIP, ""}},
		`"pick":{"sticky":{"by":"host"}}`:                      {Pick: Pick{Sticky, ByHost, ""}},
		`"pick":{"sticky":{"by":"header X-User"}}`:             {Pick: Pick{Sticky, ByHeader, "x-user"}},
		`"pick":{"sticky":{"by":"header Host"}}`:               {Pick: Pick{Sticky, ByHeader, ":authority"}},
		`"pick":{"sticky":{"by":"cookie Sid"}}`:                {Pick: Pick{Sticky, ByCookie, "Sid"}},
		`"pick":{"sticky":{"by":"cookie host"}}`:               {Pick: Pick{Sticky, ByCookie, "host"}},
		`"limit":"60/1m"`:                                      {Limit: &Limit{60, time.Second}, WhenAllOut: Reject},
		`"limit":"7/1s"`:                                       {Limit: &Limit{7, 142857143}, WhenAllOut: Reject},
		`"limit":"1000000/1ms","when_all_out":"first"`:         {Limit: &Limit{1000000, 1}, WhenAllOut: First},
		`"limit":"1/24h","when_all_out":"soonest"`:             {Limit: &Limit{1, 24 * time.Hour}, WhenAllOut: Soonest},
		`"when_all_out":"reject","evict":EVICT}`:               {Evict: evict, WhenAllOut: Reject},
		`"evict":EVICT,"when_all_out":"soonest"}`:              {Evict: evict, WhenAllOut: Soonest},
		`"evict":EVICT,"when_all_out":"first"},"limit":"1/1h"`: {Evict: evict, WhenAllOut: First, Limit: &Limit{1, time.Hour}},
	} {
		text = strings.Replace(text, "EVICT}", `{"on":["4xx"],"for":"1m"}`, 1)
		text = strings.Replace(text, "EVICT", `{"on":["4xx"],"for":"1m"`, 1)
		got, err := Parse(`{"headers":[{"name":"a","values":["1","2"],` + text + `}]}`)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want.Name, want.Values = "a", []string{"1", "2"}
		if diff := cmp.Diff(want, got.Rules[0]); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", text, diff)
		}
	}
}

func TestParseAlias(t *testing.T) {
	got, err := Parse(`{"headers":[{"name":"a","values":["1",{"value":"2","as":"team-a"}]},{"name":"b","values":["1"]}]}`)
	if diff := cmp.Diff([][]string{{"", "team-a"}, nil}, [][]string{got.Rules[0].Aliases, got.Rules[1].Aliases}); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}
