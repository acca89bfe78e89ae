package conformance

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// fake is a host that shows what it is told to, one after the other.
type fake struct {
	upstream, downstream []http.Header
	did                  []string
}

func (f *fake) Wait(d time.Duration) { f.did = append(f.did, d.String()) }
func (f *fake) Edit(config string)   { f.did = append(f.did, config) }
func (f *fake) next(list *[]http.Header) Headers {
	h := (*list)[0]
	*list = append((*list)[1:], h)
	if h == nil {
		return nil
	}
	return h.Values
}

func (f *fake) Exchange(s Step) (upstream, downstream Headers) {
	status, _ := s.Answer(time.Time{})
	f.did = append(f.did, http.StatusText(status))
	return f.next(&f.upstream), f.next(&f.downstream)
}

func TestPlay(t *testing.T) {
	none, one := http.Header{}, http.Header{"X": {"a"}}
	for name, tt := range map[string]struct {
		upstream, downstream []http.Header
		want                 string
	}{
		"as it should be":       {[]http.Header{{"X": {"a"}}, {"X": {"b"}}}, []http.Header{none}, ""},
		"a value never came":    {[]http.Header{one}, []http.Header{none}, `step 1: x never was "b"`},
		"another value":         {[]http.Header{one, {"X": {"c"}}}, []http.Header{none}, `step 1: upstream: x is ["c"], want one of ["a" "b"]`},
		"a second value":        {[]http.Header{{"X": {"a", "b"}}}, []http.Header{none}, `step 1: upstream: x is ["a" "b"]`},
		"no header":             {[]http.Header{none}, []http.Header{none}, `step 1: upstream: x is []`},
		"no request":            {[]http.Header{nil}, []http.Header{none}, `step 1: upstream: nothing came there`},
		"a header for nothing":  {[]http.Header{{"X": {"a"}}, {"X": {"b"}}}, []http.Header{{"Y": {"a"}}}, `step 1: downstream: y is ["a"], want one of []`},
		"the last one is wrong": {[]http.Header{one, {"X": {"b"}}, one, none}, []http.Header{none}, `step 1: upstream: x is []`},
	} {
		c := Case{Steps: []Step{
			{Wait: time.Second},
			{Times: 4, Every: true, Status: 404, Upstream: Want{"x": {"a", "b"}}, Downstream: Want{"y": {}}},
			{Edit: "edited"},
		}}
		f := &fake{upstream: tt.upstream, downstream: tt.downstream}
		err := c.Play(f)
		switch {
		case tt.want == "" && (err != nil || strings.Join(f.did, ",") != "1s"+strings.Repeat(",Not Found", 4)+",edited"):
			t.Errorf("%s: %v after %q", name, err, f.did)
		case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
			t.Errorf("%s:\n got %v\nwant %s", name, err, tt.want)
		}
	}
}
