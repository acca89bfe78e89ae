package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Whatever a filter is, match says for which requests, on requests and on their responses.
func TestMatchKinds(t *testing.T) {
	s := newStack(t)
	kinds := []struct{ name, filter, request, response string }{
		{"headers", "headers: [{name: X-Own, values: [yes]}]", "X-Own", "X-Proxy-Wasm"},
		{"set", "headers: [{set: [{X-Own: yes, X-Two: yes}]}]", "X-Two", "X-Proxy-Wasm"},
		{"module", strings.Split(s.module("mark", "a", ""), "\n    ")[1] + "\n    config: a", "", "X-Module"},
		{"mutate", "mutate: {request: {set: {X-Own: yes}}, response: {set: {X-Mark: yes}}}", "X-Own", "X-Mark"},
		{"typed_config", `typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
      default_source_code:
        inline_string: |
          function envoy_on_request(h) h:headers():add("x-own", "yes") end
          function envoy_on_response(h) h:headers():add("x-mark", "yes") end`, "X-Own", "X-Mark"},
	}
	first := true
	for _, k := range kinds {
		for _, path := range []string{"/one*", "/two"} {
			s.cfg.Filters = fmt.Sprintf("  - name: kind\n    match: {path: [%s]}\n    %s", path, k.filter)
			s.save()
			if first {
				s.startServer()
				s.startEnvoy()
				first = false
			}
			s.live()
			c := newClient(t)
			for at, want := range map[string]bool{"/one": path == "/one*", "/two?": path == "/two", "/three": false} {
				a := c.mustGet(t, s.cfg.Port, asks{path: at}.edit)
				got := a.header.Get(k.response) != "" && (k.request == "" || a.seen.Headers.Get(k.request) == "yes")
				some := a.header.Get(k.response) != "" || a.seen.Headers.Get("X-Own") != ""
				if got != want || some != want {
					t.Errorf("%s, match %s: %s has %v, %v", k.name, path, at, a.seen.Headers, a.header)
				}
			}
		}
	}
	if n := s.counter("listener_manager.listener_modified"); n > 0 {
		t.Errorf("%d changes of the listener", n)
	}
	if a := newClient(t).mustGet(t, s.cfg.Port, func(r *http.Request) { r.URL.Path = "/two/" }); a.header.Get("X-Mark") != "" {
		t.Errorf("/two/: %v", a.header)
	}
}
