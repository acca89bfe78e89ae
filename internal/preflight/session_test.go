package preflight

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/livefilter/livefilter/internal/builtin"
	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

func open(t *testing.T, p Plugin) *Session {
	t.Helper()
	c := New(WithTimeout(time.Minute))
	s, err := c.Open(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close(context.Background())
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func exchange(status string) Exchange {
	return Exchange{
		Request:  proxywasm.Message{Headers: headers.Of(headers.Header{Name: ":path", Value: "/"}, headers.Header{Name: "User-Agent", Value: "curl"})},
		Response: proxywasm.Message{Headers: headers.Of(headers.Header{Name: ":status", Value: status})},
	}
}

func TestSession(t *testing.T) {
	s := open(t, sample{file: "testdata/ok-timer.wasm"}.plugin(t))
	for _, want := range []string{"1", "2"} {
		r, err := s.Do(t.Context(), exchange("200"))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := r.Request.Headers.Get("x-seen"); got != want {
			t.Errorf("x-seen is %q, want %q", got, want)
		}
		if d := cmp.Diff([]proxywasm.Line{{Level: proxywasm.Info, Text: "seen"}}, r.Logs); d != "" {
			t.Errorf("logs: -want +got:\n%s", d)
		}
		if got := string(s.SharedData()["seen"]); got != want {
			t.Errorf("shared data is %q, want %q", got, want)
		}
	}
	before := s.Now()
	for _, d := range []time.Duration{time.Second, 500 * time.Millisecond, 1600 * time.Millisecond} {
		if err := s.Advance(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]proxywasm.Metric{{Name: "ticks", Kind: "counter", Value: 3}}, s.Metrics()); d != "" {
		t.Errorf("after %v: -want +got:\n%s", s.Now().Sub(before), d)
	}
}

// The built-in filter takes a value out for a minute after a 4xx, and no longer.
func TestSessionEviction(t *testing.T) {
	s := open(t, Plugin{Name: "f", Code: builtin.Filter,
		Config: []byte(`{"headers": [{"name": "user-agent", "values": ["one", "two"], "evict": {"on": ["4xx"], "for": "1m"}}]}`)})
	seen := func(status string) map[string]int {
		counts := map[string]int{}
		for range 200 {
			r, err := s.Do(t.Context(), exchange(status))
			if err != nil {
				t.Fatal(err)
			}
			value, _ := r.Request.Headers.Get("user-agent")
			counts[value]++
		}
		return counts
	}
	r, err := s.Do(t.Context(), exchange("429"))
	if err != nil {
		t.Fatal(err)
	}
	evicted, _ := r.Request.Headers.Get("user-agent")
	if got := seen("200"); got[evicted] > 0 || len(got) != 1 {
		t.Errorf("%q got a 429 and was chosen again: %v", evicted, got)
	}
	if err := s.Advance(t.Context(), 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := seen("200"); len(got) != 2 {
		t.Errorf("after two minutes: %v", got)
	}
}

func TestSessionReply(t *testing.T) {
	s := open(t, sample{file: "testdata/ok-local-reply.wasm"}.plugin(t))
	r, err := s.Do(t.Context(), exchange("200"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Reply == nil || r.Reply.Status != 403 || string(r.Reply.Body) != "denied" {
		t.Errorf("reply is %+v", r.Reply)
	}
	if status, _ := r.Response.Headers.Get(":status"); status != "403" {
		t.Errorf("the client sees %v", r.Response.Headers)
	}
}

func TestSessionFailures(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	if _, err := c.Open(t.Context(), sample{file: "testdata/configure-false.wasm"}.plugin(t)); !errors.As(err, new(*Refusal)) {
		t.Errorf("a refused configuration: %v", err)
	}
	if _, err := c.Open(t.Context(), sample{file: "testdata/feature-memory64.wasm"}.plugin(t)); !errors.As(err, new(*Unjudged)) {
		t.Errorf("a module that only V8 runs: %v", err)
	}
	s := open(t, sample{file: "testdata/response-trap.wasm"}.plugin(t))
	_, err := s.Do(t.Context(), exchange("200"))
	if r := new(Refusal); !errors.As(err, &r) || r.Step != Response || !strings.Contains(r.Reason, "proxy_on_response_headers") {
		t.Errorf("a trap: %v", err)
	}
	s = open(t, sample{file: "testdata/tick-trap.wasm"}.plugin(t))
	err = s.Advance(t.Context(), time.Second)
	if r := new(Refusal); !errors.As(err, &r) || r.Step != Tick {
		t.Errorf("a trap of a timer: %v", err)
	}
	s = open(t, sample{file: "testdata/request-pause.wasm"}.plugin(t))
	if r, err := s.Do(t.Context(), exchange("200")); err != nil || r.Paused != "proxy_on_request_headers" {
		t.Errorf("a pause: %q, %v", r.Paused, err)
	}
}
