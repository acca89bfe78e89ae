package preflight

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// callout is a module that calls whom its configuration says, and when: see its text.
func callout(t *testing.T, config string, upstreams ...string) Plugin {
	t.Helper()
	p := sample{file: "../../e2e/testdata/callout.wasm", config: config}.plugin(t)
	p.Upstreams = upstreams
	return p
}

// A call to an upstream that there is not is refused where it is sure to be made, and told where a request decides.
func TestMissedUpstreams(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	const lists = `, and there is no such upstream, only a, b`
	for config, want := range map[string]Refusal{
		"chnosuch":                {Configure, `it made an HTTP call to "nosuch"` + lists, "nosuch"},
		"cgnosuch":                {Configure, `it made a gRPC call to "nosuch"` + lists, "nosuch"},
		"cg\n\x08\n\x06nosuch":    {Configure, `it made a gRPC call to "nosuch"` + lists, "nosuch"},
		"csother.1":               {Configure, `it made a gRPC call to "other.1"` + lists, "other.1"},
		"thnosuch":                {Tick, `it made an HTTP call to "nosuch"` + lists, "nosuch"},
		"ts\n\x08\n\x06nosuch":    {Tick, `it made a gRPC call to "nosuch"` + lists, "nosuch"},
		"rhnosuch":                {Reason: `for a request it made an HTTP call to "nosuch"` + lists},
		"rgnosuch":                {Reason: `for a request it made a gRPC call to "nosuch"` + lists},
		"cha":                     {Reason: `it made an HTTP call to "a", which preflight does not answer`},
		"cg\n\x03\n\x01b":         {Reason: `it made a gRPC call to "b", which preflight does not answer`},
		"thoutbound|80||auth.svc": {Reason: `it made an HTTP call to "outbound|80||auth.svc", a cluster that its Envoy must have`},
		"cg\x12\x09\n\x07x.y:123": {Reason: `it made a gRPC call to "a.Service", which preflight does not answer`},
		"rganalytics":             {Request, `proxy_on_request_headers makes a gRPC call to "analytics", which Envoy reads as a GrpcService without a target: Envoy 1.40 crashes there`, ""},
	} {
		warnings, err := c.Check(t.Context(), callout(t, config, "a", "b"))
		var got *Refusal
		switch refused := errors.As(err, &got); {
		case want.Step == "" && (err != nil || !slices.Contains(warnings, want.Reason)):
			t.Errorf("%q: %v, %q", config, err, warnings)
		case want.Step != "" && (!refused || *got != want):
			t.Errorf("%q: %v", config, err)
		}
		if warnings, err := c.Check(t.Context(), callout(t, config)); err != nil && want.Step != Request {
			t.Errorf("%q, where nobody knows what there is: %v", config, err)
		} else if i := slices.IndexFunc(warnings, func(w string) bool { return strings.Contains(w, "no such upstream") }); i >= 0 {
			t.Errorf("%q, where nobody knows what there is: %s", config, warnings[i])
		}
	}
}

// A Session, which answers as Envoy would, says so too.
func TestMissedInASession(t *testing.T) {
	s := open(t, callout(t, "rhnosuch", "a"))
	want := proxywasm.Line{Level: proxywasm.Info, Text: "result 02"} // BadArgument
	if r, err := s.Do(t.Context(), exchange("200")); err != nil || !slices.Contains(r.Logs, want) {
		t.Errorf("%v, %v", r.Logs, err)
	}
	if d := s.Doubts(); len(d) != 1 || !strings.Contains(d[0], `"nosuch", and there is no such upstream`) {
		t.Errorf("%q", d)
	}
	s = open(t, callout(t, "thnosuch", "a"))
	var r *Refusal
	if err := s.Advance(t.Context(), time.Second); !errors.As(err, &r) || r.Step != Tick || r.Cluster != "nosuch" {
		t.Error(err)
	}
}

// A list of upstreams that is long is cut.
func TestMissedOfMany(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	_, err := c.Check(t.Context(), callout(t, "chj", strings.Split("a b c d e f g h i", " ")...))
	if err == nil || !strings.HasSuffix(err.Error(), "only a, b, c, d, e, f, g, h, and 1 more") {
		t.Error(err)
	}
}

// In the upstreams' chains there is nobody to call at the start, and a call of its own passes the plugin. callout
// lets its own HTTP calls pass, and no gRPC call.
func TestCallsFromAnUpstreamsChain(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	for config, want := range map[string]Step{
		"chb": Configure, "cg\n\x03\n\x01b": Configure, "thb": "", "rhb": "", "rgb": Request, "rs\n\x03\n\x01b": Request,
		"choutbound|80||b.svc": "", "xhb": "",
	} {
		p := callout(t, config, "a", "b")
		p.EachTry = true
		warnings, err := c.Check(t.Context(), p)
		var got *Refusal
		if errors.As(err, &got); want == "" && err != nil || want != "" && (got == nil || got.Step != want || !strings.Contains(got.Reason, "with retry")) {
			t.Errorf("%q: %v, %q", config, err, warnings)
		}
		p.EachTry = false
		if _, err := c.Check(t.Context(), p); err != nil {
			t.Errorf("%q in the listener's chain: %v", config, err)
		}
	}
}
