package figures

import "strings"

// kind is one of Envoy's counters. Those of upstreams are in the order in which one explains
// the others: a certificate that is refused also counts as a connection that failed.
type kind uint8

const (
	failVerifySAN kind = iota
	failVerifyError
	failVerifyNoCert
	tlsError
	connectTimeout
	connectFail
	noneHealthy
	requestTimeout
	pendingOverflow
	connectionOverflow
	closedByUpstream
	upstream5xx
	upstreamCompleted

	vmReloaded
	vmNotReloaded
	vmBackoff
	allOut
	evicted

	noCluster
	downstream5xx
	downstreamCompleted
)

// stat is how a counter is called, by Envoy and by people.
type stat struct{ name, words string }

var stats = [...]stat{
	failVerifySAN:      {"ssl.fail_verify_san", "TLS certificate names another host"},
	failVerifyError:    {"ssl.fail_verify_error", "TLS certificate is not signed by a CA that is trusted, or out of date"},
	failVerifyNoCert:   {"ssl.fail_verify_no_cert", "no TLS certificate"},
	tlsError:           {"ssl.connection_error", "TLS handshake failed"},
	connectTimeout:     {"upstream_cx_connect_timeout", "does not take connections in time"},
	connectFail:        {"upstream_cx_connect_fail", "connections are refused, or break off before they are set up"},
	noneHealthy:        {"upstream_cx_none_healthy", "has no address, DNS gave none"},
	requestTimeout:     {"upstream_rq_timeout", "does not answer in time"},
	pendingOverflow:    {"upstream_rq_pending_overflow", "more requests at once than Envoy's circuit breaker lets through"},
	connectionOverflow: {"upstream_cx_overflow", "more connections at once than Envoy's circuit breaker lets through"},
	closedByUpstream:   {"upstream_cx_destroy_remote_with_active_rq", "closes connections before it has answered"},
	upstream5xx:        {"upstream_rq_5xx", "answers with 5xx"},
	upstreamCompleted:  {"upstream_rq_completed", "requests"},

	vmReloaded:    {"vm_reload_success", "its module crashes"},
	vmNotReloaded: {"vm_reload_failure", "its module crashed and does not start again"},
	vmBackoff:     {"vm_reload_backoff", "its module crashed and has not started again yet"},
	allOut:        {"all_out", "all values or upstreams to choose from were out"},
	evicted:       {"evicted", "evictions"},

	noCluster:           {"no_cluster", "the upstream is not there yet"},
	downstream5xx:       {"downstream_rq_5xx", "failed"},
	downstreamCompleted: {"downstream_rq_completed", "requests"},
}

func (k kind) String() string { return stats[k].name }

func (k kind) ofUpstream() bool { return k <= upstreamCompleted }
func (k kind) ofFilter() bool   { return k >= vmReloaded && k <= evicted }
func (k kind) ofModule() bool   { return k >= vmReloaded && k <= vmBackoff }
func (k kind) ofBuiltin() bool  { return k >= allOut && k <= evicted }
func (k kind) ofListener() bool { return k >= noCluster }

// listener is the stat prefix of our listener's HTTP connection manager.
const listener = "http.ingress_http."

// series is a counter of something: an upstream, a filter, or the listener ("").
type series struct {
	of   string
	kind kind
}

// find is the series of one of Envoy's counters; ok is whether it is kept. Before Envoy 1.39 a
// filter's begin with the cluster, where the filter is in a cluster's chain.
func (n *names) find(name string) (s series, ok bool) {
	if rest, found := strings.CutPrefix(name, listener); found {
		return n.ofListener(rest)
	}
	if rest, found := strings.CutPrefix(name, "cluster."); found {
		if s, ok = n.ofCluster(rest); ok {
			return s, ok
		}
	}
	if _, rest, found := strings.Cut("."+name, ".wasm."); found {
		return n.ofModule(rest)
	}
	if rest, found := cutBuiltin(name); found {
		return n.ofBuiltin(rest)
	}
	return s, false
}

// cutBuiltin is what follows in the name of a figure that the built-in filter keeps.
func cutBuiltin(name string) (rest string, found bool) {
	_, rest, found = strings.Cut("."+name, ".wasmcustom.livefilter.filter.")
	return rest, found
}

func (n *names) ofListener(name string) (s series, ok bool) {
	k, of := cut("."+name, kind.ofListener)
	return series{"", k}, of == ""
}

// ofModule is of FILTER.vm_reload_success and the like, which Envoy counts when a request finds
// that the VM has crashed.
func (n *names) ofModule(name string) (s series, ok bool) {
	k, of := cut(name, kind.ofModule)
	s = series{n.filters[of], k}
	return s, s.of != ""
}

// ofBuiltin is of FILTER.header.NAME.all_out and FILTER.header.NAME.value.N.evicted.
func (n *names) ofBuiltin(name string) (s series, ok bool) {
	k, of := cut(name, kind.ofBuiltin)
	word, _, _ := strings.Cut(of, ".")
	s = series{n.words[word], k}
	return s, s.of != ""
}

// ofCluster is of UPSTREAM.upstream_rq_5xx, or UPSTREAM>NEXT.upstream_rq_5xx where requests that
// the upstream fails go on to others: requests are counted there, connections here.
func (n *names) ofCluster(name string) (s series, ok bool) {
	k, of := cut(name, kind.ofUpstream)
	chosen, next, _ := strings.Cut(of, ">")
	for next != "" {
		other, rest, _ := strings.Cut(next, ">")
		if n.upstreams[other] == "" {
			return s, false
		}
		next = rest
	}
	s = series{n.upstreams[chosen], k}
	return s, s.of != ""
}

// cut is the counter of these with whose name the given one ends, and what is before that: "/",
// as nothing is called, where there is no such.
func cut(name string, these func(kind) bool) (k kind, before string) {
	for k := range kind(len(stats)) {
		if these(k) && strings.HasSuffix(name, stats[k].name) {
			if before, found := strings.CutSuffix(name[:len(name)-len(stats[k].name)], "."); found {
				return k, before
			}
		}
	}
	return 0, "/"
}
