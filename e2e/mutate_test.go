package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// sends has a request carry headers.
func sends(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Add(pairs[i], pairs[i+1])
		}
	}
}

// Headers are changed as the file says, by edits that drain no connection and lose no request.
func TestMutate(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		stop := traffic(t, s.cfg.Port)
		good := s.cfg.Filters
		s.cfg.Filters = good + `
  - name: tidy
    mutate:
      request:
        set: {X-New: "%REQ(X-Old)%", X-Fixed: "100%%", X-Empty: "", X-Both: "1"}
        append: {X-More: [a, "%PROTOCOL%"], X-Both: "2"}
        default: {X-Tenant: none}
        remove: [X-Old, X-Secret]
      response:
        set: {X-Up: "%RESPONSE_CODE% %REQ(:method)%"}
        remove: [Date]`
		s.save()
		s.live()
		for _, x := range []struct {
			client []string
			want   map[string][]string // at the upstream
		}{
			{nil, map[string][]string{
				"X-New": nil, "X-Old": nil, "X-Fixed": {"100%"}, "X-Empty": {""}, "X-Both": {"1", "2"}, "X-More": {"a", "HTTP/1.1"}, "X-Tenant": {"none"},
			}},
			{[]string{"X-Old", "o", "X-New", "n", "X-Fixed", "a", "X-Fixed", "b", "X-Secret", "s", "X-More", "c", "X-Tenant", "t"}, map[string][]string{
				"X-New": {"o"}, "X-Old": nil, "X-Secret": nil, "X-Fixed": {"100%"}, "X-More": {"c", "a", "HTTP/1.1"}, "X-Tenant": {"t"},
			}},
			{[]string{"X-New", "n"}, map[string][]string{"X-New": {"n"}}}, // nothing to set it to
		} {
			got := newClient(t).mustGet(t, s.cfg.Port, sends(x.client...))
			for name, want := range x.want {
				if there := got.seen.Headers[name]; !slices.Equal(there, want) {
					t.Errorf("with %v: %s is %q, want %q", x.client, name, there, want)
				}
			}
			if up := got.header.Get("X-Up"); up != "200 GET" {
				t.Errorf("x-up %q", up)
			}
		}
		c := newClient(t) // the filter is in the listener by now
		c.mustGet(t, s.cfg.Port)
		drained := s.counter("listener_manager.listener_modified")
		for i := range 5 {
			s.makeLive(good + fmt.Sprintf("\n  - {name: tidy, mutate: {request: {set: {X-New: \"%d\"}}}}", i))
			got := c.mustGet(t, s.cfg.Port)
			if want := []string{fmt.Sprint(i)}; !slices.Equal(got.seen.Headers["X-New"], want) {
				t.Errorf("edit %d: %q", i, got.seen.Headers["X-New"])
			}
		}
		// Another kind in its place: no new listener either.
		for _, filter := range []string{
			"headers: [{name: X-New, values: [pool]}]",
			"mutate: {request: {set: {X-New: mutated}}}",
			"typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: {inline_string: \"function envoy_on_request(h) h:headers():replace('x-new', 'lua') end\"}}",
			"mutate: {request: {set: {X-New: again}}}",
		} {
			s.makeLive(good + "\n  - {name: tidy, " + filter + "}")
			if got := c.mustGet(t, s.cfg.Port); len(got.seen.Headers["X-New"]) != 1 {
				t.Errorf("%s: %q", filter, got.seen.Headers["X-New"])
			}
		}
		if n := s.counter("listener_manager.listener_modified"); n != drained {
			t.Errorf("%d listeners were replaced by edits in place", n-drained)
		}
		stop()
	})
}

// Responses are changed whoever made them, an upstream, another filter or Envoy itself; a match holds for these filters too.
func TestMutateLocalReplies(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		s.cfg.Filters = strings.TrimPrefix(`
  - {name: before, mutate: {response: {set: {X-Before: "%RESPONSE_CODE%"}}}}
  - name: fault
    match: {path: /path, headers: {X-Abort: "1"}}
    typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, abort: {http_status: 418, percentage: {numerator: 100}}}
  - {name: after, match: {headers: {X-After: "*"}}, mutate: {request: {set: {X-Seen: "1"}}, response: {set: {X-After: "%RESPONSE_CODE%"}}}}
  - {name: last, mutate: {response: {set: {X-Last: "%RESPONSE_CODE%"}}}}`, "\n")
		s.save()
		s.live()
		for _, x := range []struct {
			client []string
			before string
			after  string
		}{
			{nil, "200", ""},
			{[]string{"X-After", "1"}, "200", "200"},
			{[]string{"X-Abort", "1"}, "418", ""},
			{[]string{"X-Abort", "1", "X-After", "1"}, "418", ""}, // the request never came to where it would have matched
		} {
			a, _ := newClient(t).get(t.Context(), s.cfg.Port, sends(x.client...))
			if h := a.header; h.Get("X-Before") != x.before || h.Get("X-Last") != x.before || h.Get("X-After") != x.after || fmt.Sprint(a.status) != x.before {
				t.Errorf("%v: %d, %v", x.client, a.status, h)
			}
		}
	})
}
