package try

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

func tallied(t *testing.T, c *Chain, n int, every time.Duration, upstream Upstream) *Tally {
	t.Helper()
	tally := NewTally(c)
	for range n {
		x, err := c.Do(t.Context(), get(), upstream)
		if err != nil {
			t.Fatal(err)
		}
		tally.Add(x)
		if err := c.Advance(t.Context(), every); err != nil {
			t.Fatal(err)
		}
	}
	return tally
}

// The chain's clock is the filters': what is evicted comes back when its time is over.
func TestEvictionsExpire(t *testing.T) {
	tally := tallied(t, open(t, Retry{}, rules("bad")), 5, 40*time.Second, fussy)
	// All is out at 40s, and what is out longest is the first of the list: its time is extended.
	var until []time.Duration
	for _, e := range tally.Events {
		if e.Value != "bad" || e.Header != "x-key" || e.Filter != "rules" || e.Until != e.At+time.Minute {
			t.Errorf("%+v", e)
		}
		until = append(until, e.Until)
	}
	if want := []time.Duration{60e9, 100e9, 140e9, 180e9, 220e9}; !slices.Equal(until, want) {
		t.Errorf("evicted until %v, want %v", until, want)
	}
	if v := tally.Values[0]; !v.Rule || v.Chosen != 5 || v.Evicted != 5 || v.OutUntil != 220*time.Second {
		t.Errorf("%+v", v)
	}
}

// A value that is out is not chosen, and is again when it is back.
func TestOutMeansOut(t *testing.T) {
	c := open(t, Retry{}, rules("bad", "good"))
	tally := tallied(t, c, 600, time.Second, fussy)
	out := map[time.Duration]bool{}
	for _, e := range tally.Events {
		for at := e.At + time.Second; at < e.Until; at += time.Second {
			out[at] = true
		}
		if out[e.At] {
			t.Errorf("chosen at %s, when it was out", e.At)
		}
	}
	bad, good := tally.Values[0], tally.Values[1]
	if bad.Chosen != bad.Evicted || bad.Chosen < 2 || bad.Chosen > 11 || good.Chosen != 600-bad.Chosen || good.Evicted != 0 {
		t.Errorf("%+v, %+v", bad, good)
	}
	if tally.Statuses["429"] != bad.Chosen || tally.Statuses["200"] != good.Chosen {
		t.Errorf("%v", tally.Statuses)
	}
}

// A response that another filter made says nothing of the value.
func TestRepliesEvictNothing(t *testing.T) {
	tally := tallied(t, open(t, Retry{}, rules("bad", "good"), own(t, "deny")), 10, 0, fussy)
	if len(tally.Events) != 0 || tally.Statuses["403"] != 10 || tally.Replies["deny"] != 10 {
		t.Errorf("%+v", tally)
	}
}

// A module may set what it likes: the tally stays small.
func TestTallyIsBounded(t *testing.T) {
	tally := NewTally(&Chain{})
	for i := range 10 * maxValues {
		hop := Hop{Filter: "m", Logs: []proxywasm.Line{{Level: proxywasm.Info, Text: fmt.Sprint(i)}, {Level: proxywasm.Info, Text: "again"}}}
		hop.Request.After.Headers = headers.List{{Name: "x-id", Value: fmt.Sprint(i)}, {Name: "x-same", Value: "s"}, {Name: "x-empty"}}
		tally.Add(&Exchange{Hops: []Hop{hop}})
	}
	if len(tally.Values) != maxValues+3 || len(tally.Logs) != maxLines {
		t.Errorf("%d values, %d lines", len(tally.Values), len(tally.Logs))
	}
	for _, v := range tally.Values {
		want := 10 * maxValues
		switch {
		case v.Other:
			want = 9 * maxValues
		case v.Header == "x-id":
			want = 1
		}
		if v.Chosen != want {
			t.Errorf("%+v: want %d", v, want)
		}
	}
	if l := tally.Logs[1]; l.Text != "again" || l.Count != 10*maxValues {
		t.Errorf("%+v", l)
	}
}
