package snapshot

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
)

var pluginNamed = regexp.MustCompile(`Wasm plugin (\S+)`)

// StaticOrigin is Origin for the words of an Envoy that does not start with the resources of c as its static config.
// They name no resource; where they do not tell at all, it is "": the file as a whole.
func StaticOrigin(c *config.Config, words string) string {
	if found := pluginNamed.FindStringSubmatch(words); found != nil {
		for i, f := range c.Filters {
			if f.Name == found[1] {
				return fmt.Sprintf("filters[%d]", i)
			}
		}
		return ""
	}
	if strings.Contains(words, "script load error") { // Lua's
		return onlyLua(c)
	}
	if strings.Contains(words, systemCAs) {
		for i, u := range c.Upstreams {
			if u.TLS != nil && u.TLS.CA == nil {
				return fmt.Sprintf("upstreams[%d].tls", i)
			}
		}
	}
	return ""
}

// onlyLua is the one filter of Lua that there is, "" where there are more.
func onlyLua(c *config.Config) (path string) {
	for i, f := range c.Filters {
		if f.Typed == nil || !strings.HasSuffix(f.Typed.TypeURL, ".lua.v3.Lua") {
			continue
		}
		if path != "" {
			return ""
		}
		path = fmt.Sprintf("filters[%d].typed_config", i)
	}
	return path
}
