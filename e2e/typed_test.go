package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// lua is a filter that marks responses.
func lua(name, mark string) string {
	return fmt.Sprintf(`
  - name: %s
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
      default_source_code:
        inline_string: |
          function envoy_on_response(handle)
            handle:headers():replace("x-lua", "%s")
          end
`, name, mark)
}

// brokenLua is one that only an Envoy refuses.
func brokenLua(name string) string {
	return strings.Replace(lua(name, "broken"), "          end\n", "", 1)
}

// A filter that only Envoy refuses stops nothing: the last good one goes on, its line is in the status, and once it
// is mended, be it to what it was before, it runs. Two of them in a row, and the same one again.
func TestTypedRefused(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		good := s.cfg.Filters
		s.makeLive(good + lua("script", "one"))
		c := newClient(t)
		shows := func(want string) {
			t.Helper()
			if got := c.mustGet(t, s.cfg.Port); got.header.Get("X-Lua") != want {
				t.Errorf("x-lua %q, want %q", got.header.Get("X-Lua"), want)
			}
		}
		stop := traffic(t, s.cfg.Port)
		shows("one")
		for i := range 3 {
			s.cfg.Filters = good + brokenLua("script")
			s.save()
			s.mustRefuse(`filters[1].typed_config: envoy refused TypedExtensionConfig: script load error`)
			shows("one")
			s.makeLive(good + lua("script", "one")) // what it was
			shows("one")
			s.cfg.Filters = good + brokenLua("script")
			s.save()
			s.mustRefuse(`filters[1].typed_config: envoy refused TypedExtensionConfig: script load error`)
			s.makeLive(good + lua("script", fmt.Sprint(i)))
			shows(fmt.Sprint(i))
			s.makeLive(good + lua("script", "one"))
			shows("one")
		}
		stop()
	})
}

// A new filter that only Envoy refuses never comes between requests and the upstream.
func TestTypedNewRefused(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		stop := traffic(t, s.cfg.Port, passes)
		good := s.cfg.Filters
		s.cfg.Filters = fmt.Sprintf(userAgent, "two") + brokenLua("script")
		s.save()
		s.server.await("envoy sent a NACK.*script")
		s.shows("what came with it", func(a answer) bool { return a.userAgent() == "two" })
		s.mustRefuse(`filters[1].typed_config: envoy refused TypedExtensionConfig: script load error`)
		s.makeLive(good + lua("script", "mended"))
		for range 20 {
			if got := newClient(t).mustGet(t, s.cfg.Port); got.header.Get("X-Lua") != "mended" || got.userAgent() != "one" {
				t.Errorf("mended and live: %v", got.header)
			}
		}
		stop()
	})
}
