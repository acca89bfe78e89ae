package prepare

import (
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

// What Envoys say of common faults (1.40) still says what is wrong, and not of which text.
func TestTextsOfNACKs(t *testing.T) {
	const secret = "sk-live-12345678"
	for _, tt := range []struct{ filter, words, want string }{
		{
			"lua.v3.Lua, default_source_code: {inline_string: \"function envoy_on_request(request_handle)\\n  request_handle:headers():add('x-token' 'sk-live-12345678')\\nend\"}",
			`script load error: [string "function envoy_on_request(request_handle)..."]:2: ')' expected near 'sk-live-12345678'`,
			`script load error: [string "…..."]:2: ')' expected near '…'`,
		},
		{
			"lua.v3.Lua, default_source_code: {inline_string: \"error('sk-live-12345678')\"}",
			`script load error: [string "error('sk-live-12345678')"]:1: sk-live-12345678`, `script load error: [string "…"]:1: …`,
		},
		{
			"api_key_auth.v3.ApiKeyAuth, credentials: [{key: sk-live-12345678, client: a}], key_sources: [{header: X-Key}]",
			"Duplicated credential key: 'sk-live-12345678'", "Duplicated credential key: '…'",
		},
		{
			"jwt_authn.v3.JwtAuthentication, providers: {p: {issuer: 'https://a.example', local_jwks: {inline_string: sk-live-12345678}}}",
			"Provider 'p' in jwt_authn config has invalid local jwks: Jwks is an invalid JSON", "",
		},
		{
			"basic_auth.v3.BasicAuth, users: {inline_string: 'user:sk-live-12345678'}",
			"basic auth: invalid htpasswd format, username:password is expected", "",
		},
		{
			"ext_authz.v3.ExtAuthz, http_service: {path_prefix: sk-live-12345678, server_uri: {uri: 'http://auth', cluster: auth, timeout: 1s}}",
			`path_prefix should start with "/".`, "",
		},
		{
			"grpc_json_transcoder.v3.GrpcJsonTranscoder, proto_descriptor: /nope/a.pb, services: [a.B]",
			"Invalid path: /nope/a.pb", "Invalid path: …",
		},
		{
			"cors.v3.Cors",
			"Error adding/updating listener(s) ingress: Unable to create Wasm plugin my-filter", "",
		},
		{"cors.v3.Cors", "Didn't find a registered implementation for 'my-filter' with type URL: 'envoy.extensions.filters.http.cors.v3.Cors'", ""},
		{"cors.v3.Cors", "unknown cluster 'auth'", ""},
		{"cors.v3.Cors", "Error adding/updating cluster(s) auth: Invalid path: /etc/ssl/certs/ca-certificates.crt", ""},
		{"cors.v3.Cors", "Failed to load certificate chain from <inline>, the value of X-Pool is " + secret, "Failed to load certificate chain from <inline>, the value of X-Pool is …"},
	} {
		text := "filters:\n- {name: my-filter, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http." + tt.filter + "}}\n" +
			"- {name: pool, headers: [{name: X-Pool, values: [" + secret + ", hello]}]}\nupstreams: [{name: auth, host: auth.example, port: 80}]"
		c, err := config.Parse("c.yaml", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == "" {
			tt.want = tt.words
		}
		if got := textsOf(c).Hide(tt.words); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.words, got, tt.want)
		}
	}
}

// A module's texts and variables are hidden, the names of its fields are not.
func TestTextsOfModules(t *testing.T) {
	text := `filters:
- name: own
  module: own.wasm
  config: {api_endpoint: 'https://api.example', tokens: ['tok-1234'], limit: 4711471147, 'key-77-66': x}
  env: {TOKEN_FILE: /run/secrets/token-5}
upstreams: [{name: a, host: a, port: 80}]`
	c, err := config.Parse("c.yaml", []byte(text), func(string) ([]byte, error) { return []byte("\x00asm\x01\x00\x00\x00"), nil })
	if err != nil {
		t.Fatal(err)
	}
	words := `unknown field "api_endpoint" in {"api_endpoint":"https://api.example","key-77-66":"x","limit":4711471147,"tokens":["tok-1234"]}; TOKEN_FILE=/run/secrets/token-5`
	got := textsOf(c).Hide(words)
	if !strings.HasPrefix(got, `unknown field "api_endpoint" in {"api_endpoint":"…`) || !strings.HasSuffix(got, "TOKEN_FILE=…") ||
		strings.ContainsAny(got, "123456789") || strings.Contains(got, "example") {
		t.Error(got)
	}
}
