package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// ofEnvoy are filters that people take from Envoy, each with what a plain request gets.
var ofEnvoy = []struct {
	name   string // of the type
	fields string
	status int
}{
	{"basic_auth.v3.BasicAuth", `users: {inline_string: "user1:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw="}`, http.StatusUnauthorized},
	{"api_key_auth.v3.ApiKeyAuth", `credentials: [{key: k, client: c}], key_sources: [{header: x-api-key}]`, http.StatusUnauthorized},
	{"buffer.v3.Buffer", `max_request_bytes: 1024`, http.StatusOK},
	{"cdn_loop.v3.CdnLoopConfig", `cdn_id: here`, http.StatusOK},
	{"compressor.v3.Compressor", `compressor_library: {name: text, typed_config: {'@type': type.googleapis.com/envoy.extensions.compression.gzip.compressor.v3.Gzip, memory_level: 3}}`, http.StatusOK},
	{"cors.v3.Cors", ``, http.StatusOK},
	{"csrf.v3.CsrfPolicy", `filter_enabled: {default_value: {numerator: 100}}`, http.StatusOK},
	{"ext_authz.v3.ExtAuthz", `failure_mode_allow: true, grpc_service: {envoy_grpc: {cluster_name: grpc}, timeout: 1s}`, http.StatusOK},
	{"ext_proc.v3.ExternalProcessor", `failure_mode_allow: true, grpc_service: {envoy_grpc: {cluster_name: grpc}}, processing_mode: {request_header_mode: SEND}`, http.StatusOK},
	{"fault.v3.HTTPFault", `delay: {fixed_delay: 5ms, percentage: {numerator: 100}}`, http.StatusOK},
	{"grpc_web.v3.GrpcWeb", ``, http.StatusOK},
	{"header_to_metadata.v3.Config", `request_rules: [{header: x-a, on_header_present: {metadata_namespace: a, key: k, type: STRING}}]`, http.StatusOK},
	{"health_check.v3.HealthCheck", `pass_through_mode: false, headers: [{name: ":path", string_match: {prefix: /path}}]`, http.StatusOK},
	{"ip_tagging.v3.IPTagging", `request_type: BOTH, ip_tags: [{ip_tag_name: here, ip_list: [{address_prefix: 127.0.0.0, prefix_len: 8}]}]`, http.StatusOK},
	{"local_ratelimit.v3.LocalRateLimit", `stat_prefix: l, token_bucket: {max_tokens: 1000000, fill_interval: 1s}`, http.StatusOK},
	{"ratelimit.v3.RateLimit", `domain: d, timeout: 0.5s, rate_limit_service: {transport_api_version: V3, grpc_service: {envoy_grpc: {cluster_name: grpc}}}`, http.StatusOK},
	{"rbac.v3.RBAC", `rules: {action: ALLOW, policies: {some: {permissions: [{url_path: {path: {safe_regex: {regex: "/never.*"}}}}], principals: [{any: true}]}}}`, http.StatusForbidden},
	{"set_metadata.v3.Config", `metadata: [{metadata_namespace: a, value: {k: [1, true, text]}}]`, http.StatusOK},
	{"stateful_session.v3.StatefulSession", `session_state: {name: envoy.http.stateful_session.cookie, typed_config: {'@type': type.googleapis.com/envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState, cookie: {name: sid, path: /, ttl: 60s}}}`, http.StatusOK},
}

// Each of them runs by edits of one filter that drain nothing, with a match and without.
func TestTypedFilters(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		grpc := s.calledBy("grpc", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
		filters := func(x int, match string) string {
			fields := ""
			if ofEnvoy[x].fields != "" {
				fields = ", " + ofEnvoy[x].fields
			}
			return "  - {name: filter" + match + ", typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http." + ofEnvoy[x].name + fields + "}}"
		}
		s.cfg.Filters = filters(0, "")
		s.serves(grpc)
		replaced := s.counter("listener_manager.listener_modified")
		for _, match := range []string{"", ", match: {path: /*}"} {
			for i, x := range ofEnvoy {
				s.cfg.Filters = filters(i, match)
				s.serves(grpc)
				if a, err := newClient(t).get(t.Context(), s.cfg.Port); a.status != x.status {
					t.Errorf("%s%s: %d, %v, want %d", strings.TrimSuffix(x.name, ".v3"), match, a.status, err, x.status)
				}
			}
		}
		if n := s.counter("listener_manager.listener_modified"); n != replaced {
			t.Errorf("%d listeners were replaced", n-replaced)
		}
	})
}
