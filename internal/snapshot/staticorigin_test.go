package snapshot

import (
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

// The words are those of Envoy 1.40.
func TestStaticOrigin(t *testing.T) {
	c := &config.Config{
		Filters: []config.Filter{{Name: "first"}, {Name: "second"}, {
			Name: "third", Typed: &config.Typed{TypeURL: "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"},
		}},
		Upstreams: []config.Upstream{{TLS: &config.TLS{CA: []byte("x")}}, {TLS: &config.TLS{}}, {TLS: &config.TLS{}}},
	}
	for words, want := range map[string]string{
		"Unable to create Wasm plugin second (Wasm VM failed)":                               "filters[1]",
		`script load error: [string "function x("]:1: <name> or '...' expected near '<eof>'`: "filters[2].typed_config",
		"Unable to create Wasm plugin other":                                                 "",
		"Invalid path: /etc/ssl/certs/ca-certificates.crt":                                   "upstreams[1].tls",
		"Failed to load trusted CA certificates from /etc/ssl/certs/ca-certificates.crt":     "upstreams[1].tls",
		"Invalid duration: Expected positive duration: seconds: 0":                           "",
	} {
		if got := StaticOrigin(c, words); got != want {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
	}
}
