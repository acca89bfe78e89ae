package config

import (
	"regexp"
	"strings"
	"sync"
)

// wish is what people look for under a name that is no field, and what there is here.
type wish struct {
	at     string // the mappings, without indices; "" is the whole file
	names  string
	advice string // begins with a field
}

var wishes = []wish{
	{"", "listeners port address bind listen", "listener is where Envoy takes connections: address, port, tls"},
	{"", "clusters cluster backends backend services service servers targets origins endpoints", "upstreams is the list of them"},
	{"", "routes route routing virtual_hosts locations paths", "upstreams[].match chooses the upstream by path and host"},
	{"", "http_filters plugins plugin middlewares modules module wasm extensions", "filters is the list of them"},
	{"", "headers", "filters[].headers has the rules"},
	{"", "retry retries", "filters[].retry is where requests are sent again"},
	{"", "tls ssl https cert certificate", "listener.tls is what clients see, upstreams[].tls how upstreams are verified"},
	{"", "timeout timeouts", "upstreams[].timeout bounds a request with all its tries"},
	{"", "access_log log logs logging", "listener.access_log is a line a request"},
	{"", "client allow allowed allowed_clients authorization peers identities mtls", "clients says which certificates may connect as which Envoys"},
	{"clients[]", "names san sans subject dns uri uris spiffe spiffe_id identity certificate cn common_name",
		"clients[].name is a name of a certificate, or a list of them"},
	{"clients[]", "id ids node_id nodes", "clients[].node is what node.id may be, or a list"},
	{"clients[]", "node_cluster clusters service_cluster", "clients[].cluster is what node.cluster may be, or a list"},
	{"clients[]", "deny allow action", "clients[] is what is allowed; what no entry allows is refused"},
	{"", "static_resources dynamic_resources", "listener, filters and upstreams are written in their own words here, not as Envoy's bootstrap"},
	{"", "rate_limit rate_limits ratelimit cors jwt auth basic_auth rbac lua script",
		"filters[].typed_config takes Envoy's own filters: local_ratelimit, cors, jwt_authn, rbac, lua and the others"},
	{"", "apiVersion kind metadata spec", "filters and the rest stand here without a Kubernetes object around them"},

	{"listener", "host hostname ip bind listen", "listener.address is an IP address"},
	{"listener", "ssl https cert key certificate", "listener.tls has cert and key"},
	{"listener", "http2 http alpn protocol codec", "listener.tls offers HTTP/2 by ALPN"},
	{"listener", "sni server_name server_names", "listener.tls shows one certificate, whatever name clients ask for"},
	{"listener", "log logs logging", "listener.access_log is a line a request"},
	{"listener", "timeout request_timeout idle_timeout", "upstreams[].timeout bounds a request with all its tries"},
	{"listener", "domains hosts routes", "upstreams[].match chooses the upstream by path and host"},
	{"listener.tls", "certificate cert_file cert_chain certificate_chain crt",
		"listener.tls.cert is a PEM file with the certificate and those of its CAs"},
	{"listener.tls", "key_file private_key", "listener.tls.key is a PEM file"},

	{"filters[]", "code wasm file image url uri filename module_path vm", "filters[].module is the file of a module"},
	{"filters[]", "configuration plugin_config pluginConfig settings options params parameters", "filters[].config is what a module reads at its start"},
	{"filters[]", "config_file configuration_file config_path", "filters[].config_from is a file with what a module reads at its start"},
	{"filters[]", "environment environment_variables vm_config vmConfig", "filters[].env is what a module finds in its environment"},
	{"filters[]", "vm_id", "filters[].share has several filters of a module run in one VM"},
	{"filters[]", "fail_open failure_policy failStrategy fail_policy on_error on_crash",
		"filters[].fail is what becomes of requests after a module crashed"},
	{"filters[]", "values value values_from values_from_env set_from prefix evict pick limit when_all_out", "filters[].headers is a list of rules, each with name and values"},
	{"filters[]", "upstream upstreams cluster outlier_detection circuit_breakers failover",
		"filters[].balance chooses among upstreams, and leaves out those that fail"},
	{"filters[]", "retries retry_on retry_policy num_retries max_retries", "filters[].retry sends a request again"},
	{"filters[]", "headers_to_add headers_to_remove request_headers_to_add request_headers_to_remove response_headers_to_add " +
		"response_headers_to_remove request_headers response_headers add_headers set_headers remove_headers set add append remove " +
		"default",
		"filters[].mutate sets, appends and removes headers of requests and responses"},
	{"filters[]", "rate_limit rate_limits ratelimit cors jwt jwt_authn auth basic_auth oauth2 ext_authz ext_proc authorization rbac " +
		"ip_allow allow deny fault csrf compressor gzip buffer lua script",
		"filters[].typed_config takes Envoy's own filters: local_ratelimit, cors, jwt_authn, rbac, lua and the others"},
	{"filters[]", "type @type typedConfig", "filters[].typed_config has Envoy's filter with its '@type'"},
	{"filters[]", "timeout", "upstreams[].timeout bounds a request with all its tries"},
	{"filters[]", "path paths pathPrefix route routes methods method host hosts when condition matcher match_headers enabled percent " +
		"percentage probability",
		"filters[].match says which requests pass the filter; to switch it off, take it out of the list"},
	{"filters[].match", "pathPrefix path_prefix prefix paths url uri route", "filters[].match.path is exact, or a prefix with * at its end"},
	{"filters[].match", "hosts domain domains hostname authority", "filters[].match.host is exact, or *. and what the host ends in"},
	{"filters[].match", "query query_params queryParams query_parameters", "filters[].match.path is all that is looked at of the URL, without the query string"},
	{"filters[].match", "path_regex regex safe_regex pattern",
		"filters[].match.path is exact, or a prefix with * at its end; there are no expressions"},
	{"filters[].match", "cookie cookies", "filters[].match.headers may have Cookie, as the whole line"},
	{"filters[].match", "not except exclude excludes unless invert invert_match",
		"filters[].match.path and the others say what must be there, and nothing what must not"},
	{"filters[].match", "percentage weight probability sample", "filters[].match.percent is a part of the requests, at random"},

	{"filters[].mutate.request filters[].mutate.response", "rename move copy replace",
		"filters[].mutate.request.set copies with {New: \"%REQ(old)%\"}, and remove takes the old one off"},
	{"filters[].mutate.request filters[].mutate.response", "add overwrite",
		"filters[].mutate.request.set replaces a header, append adds a line, default is for one that is not there"},
	{"filters[].mutate", "set append default remove headers", "filters[].mutate.request and response have set, append, default and remove"},
	{"filters[].headers[]", "header header_name", "filters[].headers[].name is the header to replace"},
	{"filters[].headers[]", "keys key tokens items list pool choices entries", "filters[].headers[].values is the list"},
	{"filters[].headers[]", "file values_file key_file secret secrets path", "filters[].headers[].values_from is a file with a value a line"},
	{"filters[].headers[]", "env env_var valueFrom environment", "filters[].headers[].values_from_env names variables of the server's environment"},
	{"filters[].headers[]", "scheme auth_scheme suffix", "filters[].headers[].prefix stands before each value"},
	{"filters[].headers[]", "add append remove default action response regex rewrite",
		"filters[].mutate sets, appends and removes headers; a rule replaces one"},
	{"filters[].headers[]", "strategy mode selection algorithm lb_policy policy rotation rotate order round_robin roundRobin random sticky " +
		"sticky_session session_affinity hash_policy hash_on cookie",
		"filters[].headers[].pick is how a value is chosen: random, round_robin, in_order or sticky"},
	{"filters[].headers[].pick filters[].balance.pick", "random round_robin in_order",
		"filters[].headers[].pick is a word, but for {sticky: {by: …}}"},
	{"filters[].headers[]", "rate rate_limit rpm rps quota per_minute max_requests",
		"filters[].headers[].limit is how often a value may be used: 60/1m"},
	{"filters[].headers[]", "group groups profile profiles headers", "filters[].headers[].set has headers whose values belong together"},
	{"filters[].headers[]", "weight weights", "filters[].headers[].values[].weight has a value chosen more often"},
	{"filters[].headers[]", "ttl cooldown cool_down backoff quarantine", "filters[].headers[].evict.for is how long a value sits out"},
	{"filters[].headers[]", "on on_status status statuses on_error", "filters[].headers[].evict.on says after which statuses a value sits out"},
	{"filters[].headers[]", "retry retries retry_on", "filters[].retry stands beside headers"},
	{"filters[].headers[]", "match host hosts methods when condition", "filters[].match says which requests pass the filter"},
	{"filters[].headers[].values[]", "name alias label id", "filters[].headers[].values[].as is what figures call it"},
	{"filters[].headers[].values[]", "percent percentage probability share", "filters[].headers[].values[].weight is relative to the other values"},

	{"filters[].headers[].evict filters[].balance.evict", "status statuses codes status_codes", "filters[].headers[].evict.on has the statuses"},
	{"filters[].headers[].evict filters[].balance.evict", "ttl cooldown duration time timeout period interval base_ejection_time",
		"filters[].headers[].evict.for is how long a value sits out"},
	{"filters[].balance", "clusters backends targets servers endpoints", "filters[].balance.upstreams is the list of names"},
	{"filters[].headers[].evict filters[].balance.evict", "consecutive threshold failures consecutive_5xx attempts",
		"filters[].headers[].evict.after is how many failures in a row"},
	{"filters[].headers[].evict filters[].balance.evict", "max_ejection_time", "filters[].headers[].evict.max bounds what a response asks for"},
	{"filters[].headers[].evict filters[].balance.evict", "permanent permanently",
		"filters[].headers[].evict.forever has the statuses after which a value never comes back"},
	{"filters[].headers[].evict filters[].balance.evict", "grpc_status grpc_statuses grpc_codes",
		"filters[].headers[].evict.grpc has gRPC's statuses by name"},
	{"filters[].balance", "lb_policy policy strategy algorithm mode round_robin sticky failover fallback backup priority",
		"filters[].balance.pick is how an upstream is chosen: random, round_robin, in_order or sticky"},
	{"filters[].balance", "weight weights", "filters[].balance.upstreams may have entries {name: us, weight: 3}"},
	{"filters[].balance", "outlier_detection health_check health_checks", "filters[].balance.evict leaves out an upstream that fails"},
	{"filters[].retry", "retry_on statuses status status_codes codes", "filters[].retry.on has the statuses"},
	{"filters[].retry", "attempts count num_retries max_retries retries", "filters[].retry.tries counts the first one too"},
	{"filters[].retry", "backoff back_off retry_back_off delay interval wait",
		"filters[].retry.tries follow each other within milliseconds, 50 at the most"},
	{"filters[].retry", "timeout per_try_timeout", "upstreams[].timeout bounds a request with all its tries"},

	{"upstreams[]", "address addresses hostname url uri target endpoint endpoints",
		"upstreams[].host is a DNS name, with all its addresses, or an IP address"},
	{"upstreams[]", "ssl https scheme sni ca cert key verify insecure insecure_skip_verify", "upstreams[].tls has sni, ca, cert and key"},
	{"upstreams[]", "protocol http2 h2 grpc http_version", "upstreams[].http is the version of HTTP"},
	{"upstreams[]", "request_timeout read_timeout", "upstreams[].timeout bounds a request with all its tries"},
	{"upstreams[]", "keepalive keep_alive idle_timeout", "upstreams[].idle is how long a connection without requests is kept"},
	{"upstreams[]", "path paths prefix pathPrefix hosts route routes domains", "upstreams[].match chooses the upstream by path and host"},
	{"upstreams[].match", "methods method headers header percent weight query",
		"upstreams[].match.path and host choose an upstream; by what else a request has, a filter with match and balance does"},
	{"upstreams[].match", "hosts domain domains hostname authority", "upstreams[].match.host is exact, or *. and what the host ends in"},
	{"upstreams[].match", "prefix paths pathPrefix path_prefix", "upstreams[].match.path is exact, or a prefix with * at its end"},
	{"upstreams[]", "host_header host_rewrite hostRewrite headers",
		"filters[].headers with the name Host replaces what the upstream gets, which is host without it"},
	{"upstreams[]", "weight lb_policy health_check health_checks outlier_detection circuit_breakers",
		"filters[].balance chooses among upstreams, and leaves out those that fail"},
	{"upstreams[]", "retry retries", "filters[].retry sends a request again"},
	{"upstreams[].tls", "verify insecure insecure_skip_verify skip_verify",
		"upstreams[].tls.ca is what a certificate is verified by, and none goes unverified"},
	{"upstreams[].tls", "server_name hostname", "upstreams[].tls.sni is the name that the certificate must have"},
	{"upstreams[].tls", "ca_file ca_cert cacert trusted_ca", "upstreams[].tls.ca is a PEM file"},
	{"upstreams[].tls", "cert_file certificate client_cert", "upstreams[].tls.cert is a PEM file"},
	{"upstreams[].tls", "key_file private_key client_key", "upstreams[].tls.key is a PEM file"},
	{"upstreams[].tls", "alpn http2", "upstreams[].http is the version of HTTP"},
}

var indices = regexp.MustCompile(`\[[0-9]+\]`)

// wishFor is what there is here for somebody who looks for name in v, or "".
func (v value) wishFor(name string) string {
	return advice()[[2]string{indices.ReplaceAllString(v.path, "[]"), name}]
}

// advice is by mapping and name.
var advice = sync.OnceValue(func() map[[2]string]string {
	all := map[[2]string]string{}
	for _, w := range wishes {
		for _, at := range strings.Split(w.at, " ") {
			for _, name := range strings.Fields(w.names) {
				all[[2]string{at, name}] = w.advice
			}
		}
	}
	return all
})
