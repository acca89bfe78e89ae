package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// way is a way to bear with a bad backend. It has livefilter's filters, or else a cluster and a route of Envoy's own.
type way struct {
	name    string
	filters string // YAML
	cluster object // beside what every cluster has
	route   object // likewise
}

type (
	object = map[string]any
	list   = []any
)

const pick = `
  - name: pick
    balance: {upstreams: [a, b, c, d], evict: {on: [5xx], for: 10s}}`

// outlier is what gateway-api-bench gives Istio and Envoy Gateway.
var outlier = object{
	"outlier_detection": object{
		"base_ejection_time": "10s", "consecutive_5xx": 5, "consecutive_gateway_failure": 5,
		"enforcing_consecutive_gateway_failure": 100, "consecutive_local_origin_failure": 5,
		"max_ejection_percent": 100, "split_external_local_origin_errors": true,
	},
	"common_lb_config": object{"healthy_panic_threshold": object{"value": 0}},
}

var again = object{"retry_policy": object{
	"retry_on": "5xx,reset,connect-failure", "num_retries": 1,
	"retry_host_predicate": list{object{"name": "envoy.retry_host_predicates.previous_hosts", "typed_config": object{
		"@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
	}}},
	"host_selection_retry_max_attempts": 3,
}}

func ways() []way {
	return []way{
		{name: "Envoy, nothing set", cluster: object{}},
		{name: "Envoy, outlier detection", cluster: outlier},
		{name: "Envoy, outlier detection, one retry on another host", cluster: outlier, route: again},
		{name: "**livefilter**, `balance` with `evict`", filters: pick},
		{name: "**livefilter**, `balance` with `evict` and `retry`", filters: pick + `
    retry: {on: [5xx], tries: 3}`},
		{name: "**livefilter**, `balance` and a filter with `retry`", filters: pick + `
  - name: again
    retry: {on: [503], tries: 2}
    headers: [{name: X-Try, values: [again]}]`},
	}
}

// livefilterConfig is the config file of a way.
func (w way) livefilterConfig(port int, backends []*backend) string {
	var s strings.Builder
	fmt.Fprintf(&s, "listener: {address: 127.0.0.1, port: %d}\nfilters:%s\nupstreams:\n", port, w.filters)
	for _, b := range backends {
		fmt.Fprintf(&s, "  - {name: %s, host: 127.0.0.1, port: %d}\n", b.name, b.port)
	}
	return s.String()
}

// envoyConfig is the bootstrap of a way without livefilter.
func (w way) envoyConfig(port int, backends []*backend) ([]byte, error) {
	var endpoints list
	for _, b := range backends {
		endpoints = append(endpoints, object{"endpoint": object{"address": address(b.port)}})
	}
	cluster := object{"name": "backend", "connect_timeout": "5s", "load_assignment": object{
		"cluster_name": "backend", "endpoints": list{object{"lb_endpoints": endpoints}},
	}}
	for k, v := range w.cluster {
		cluster[k] = v
	}
	route := object{"cluster": "backend"}
	for k, v := range w.route {
		route[k] = v
	}
	return json.Marshal(object{"static_resources": object{
		"clusters": list{cluster},
		"listeners": list{object{"name": "bench", "address": address(port), "filter_chains": list{object{"filters": list{object{
			"name": "http", "typed_config": object{
				"@type":       "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
				"stat_prefix": "bench",
				"http_filters": list{object{"name": "router", "typed_config": object{
					"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
				}}},
				"route_config": object{"virtual_hosts": list{object{"name": "all", "domains": list{"*"}, "routes": list{
					object{"match": object{"prefix": "/"}, "route": route},
				}}}},
			},
		}}}}}},
	}})
}

func address(port int) object {
	return object{"socket_address": object{"address": "127.0.0.1", "port_value": port}}
}
