package e2e

import "text/template"

// stageConfig has a listener for each name. The first part of a path is what the details of
// the answer are to be. Connections are balanced, so that of two that are open each worker
// has one.
var stageConfig = template.Must(template.New("").Parse(`
node: {id: envoy, cluster: envoy}
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
static_resources:
  listeners:
{{- range $name, $filter := .Listeners}}
    - name: {{$name}}
      stat_prefix: {{$name}}
      address: {socket_address: {address: 127.0.0.1, port_value: 0}}
      connection_balance_config: {exact_balance: {}}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: {{$name}}
                local_reply_config:
                  mappers:
                    - filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 200, runtime_key: unset}}}}
                      headers_to_add: [{header: {key: details, value: "%RESPONSE_CODE_DETAILS%"}}]
                http_filters:
                  - name: {{$name}}
{{- if $filter}}
                    typed_config: {{$filter}}
{{- else}}
                    config_discovery:
                      config_source: {path_config_source: {path: ./{{$name}}.json}, resource_api_version: V3}
                      type_urls: [type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm]
{{- end}}
                  - name: authz
                    disabled: true
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                      http_service: {path_prefix: /deny, server_uri: {uri: http://upstream, cluster: upstream, timeout: 60s}}
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                route_config:
                  validate_clusters: false
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - {match: {prefix: /via_upstream/}, route: {cluster: upstream}}
                        - {match: {prefix: /response_timeout/}, route: {cluster: upstream, timeout: 0.05s}}
                        - {match: {prefix: /stream_idle_timeout/}, route: {cluster: upstream, idle_timeout: 0.05s}}
                        - {match: {prefix: /upstream_reset_before_response_started/}, route: {cluster: unreachable}}
                        - {match: {prefix: /overflow/}, route: {cluster: full}}
                        - {match: {prefix: /no_healthy_upstream/}, route: {cluster: empty}}
                        - {match: {prefix: /cluster_not_found/}, route: {cluster: nowhere}}
                        - match: {prefix: /ext_authz_denied/}
                          route: {cluster: upstream}
                          typed_per_filter_config:
                            authz: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, config: {}}
{{- end}}
  clusters:
    - name: upstream
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: {http_protocol_options: {enable_trailers: true}}
      load_assignment:
        cluster_name: upstream
        endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{.Upstream}}}}}}]}]
    - name: unreachable
      load_assignment:
        cluster_name: unreachable
        endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: no-such-socket}}}}]}]
    - name: full
      circuit_breakers: {thresholds: [{max_connections: 0, max_pending_requests: 0}]}
      load_assignment:
        cluster_name: full
        endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{.Upstream}}}}}}]}]
    - {name: empty}
`))
