package figures

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

func field(number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), value)
}

// metric is a counter as Envoy sends it.
func metric(name string, value uint64, temporality uint64) []byte {
	point := protowire.AppendTag(nil, 2, protowire.Fixed64Type)
	point = binary.LittleEndian.AppendUint64(point, 7)
	point = protowire.AppendTag(point, pointAsInt, protowire.Fixed64Type)
	point = binary.LittleEndian.AppendUint64(point, value)
	sum := protowire.AppendTag(field(sumDataPoints, point), sumTemporality, protowire.VarintType)
	sum = protowire.AppendVarint(sum, temporality)
	return field(scopeMetrics, append(field(metricName, []byte(name)), field(metricSum, sum)...))
}

func reportOf(counters string) []byte {
	var metrics []byte
	for _, c := range strings.Fields(counters) {
		name, value, _ := strings.Cut(c, "=")
		var n uint64
		fmt.Sscan(value, &n)
		metrics = append(metrics, metric(name, n, deltas)...)
	}
	return field(requestResourceMetrics, field(resourceScopeMetrics, metrics))
}

func TestRead(t *testing.T) {
	n := newNames([]string{"api"}, []string{"keys"})
	completed := series{"api", upstreamCompleted}
	for name, tt := range map[string]struct {
		metrics []byte
		want    uint64
	}{
		"deltas":          {metric("cluster.api.upstream_rq_completed", 3, deltas), 3},
		"since the start": {metric("cluster.api.upstream_rq_completed", 3, 2), 0},
		"twice":           {append(metric("cluster.api.upstream_rq_completed", 3, deltas), metric("cluster.api.upstream_rq_completed", 4, deltas)...), 7},
		"below 0":         {metric("cluster.api.upstream_rq_completed", 1<<63, deltas), 0},
		"of nobody":       {metric("cluster.other.upstream_rq_completed", 3, deltas), 0},
		"of the cluster":  {metric("cluster.api.external.upstream_rq_completed", 3, deltas), 0},
		"no name":         {metric("cluster..upstream_rq_completed", 3, deltas), 0},
		"too short":       {metric("upstream_rq_completed", 3, deltas), 0},
		"another":         {metric("cluster.api.upstream_rq_total", 3, deltas), 0},
	} {
		got := n.read(field(requestResourceMetrics, field(resourceScopeMetrics, tt.metrics)), time.Now()).counted
		if got[completed] != tt.want || (len(got) > 0) != (tt.want > 0) {
			t.Errorf("%s: %v, want %d", name, got, tt.want)
		}
	}
}

// The sink in the bootstrap sends what is read, and hardly anything else.
func TestRegexp(t *testing.T) {
	sent := regexp.MustCompile("^(?:" + Regexp() + ")$")
	n := newNames([]string{"a.b"}, []string{"a.b"}, Pool{"a.b", ":authority", []Value{{"7", "number 7"}, {"team-a", "team-a"}}})
	for name, want := range map[string]bool{
		"cluster.a.b.ssl.fail_verify_san":                                                     true,
		"cluster.a.b.upstream_rq_5xx":                                                         true,
		"cluster.a.b>a.b.upstream_rq_5xx":                                                     true,
		"http.ingress_http.downstream_rq_5xx":                                                 true,
		"http.ingress_http.no_cluster":                                                        true,
		"wasm.a.b.vm_reload_success":                                                          true,
		"cluster.c.wasm.a.b.vm_reload_backoff":                                                true,
		"wasmcustom.livefilter.filter.a_b.header.x.all_out":                                   true,
		"cluster.c.wasmcustom.livefilter.filter.a_b.header.x.value.7.evicted":                 true,
		"wasmcustom.livefilter.filter.a_b.header._authority.value.7.out_until":                true,
		"cluster.a.wasmcustom.livefilter.filter.a_b.header._authority.value.team-a.out_until": true,
		"cluster.c.wasmcustom.livefilter.filter.a_b.header._authority.value.7.chosen":         true,
		"wasmcustom.livefilter.filter.a_b.header._authority.value.107.chosen":                 false,
		"wasmcustom.livefilter.filter.a_b.header._authority.value.team-a.chosen":              true,
		"http.admin.downstream_rq_5xx":                                                        false,
		"http.ingress_http.rds.ingress_http.downstream_rq_5xx":                                false,
		"cluster.a.b.upstream_rq_503":                                                         false,
		"listener.127.0.0.1_10000.http.ingress_http.downstream_rq_5xx":                        false,
		"wasm.envoy.wasm.runtime.v8.created":                                                  false,
		"extension_config_discovery.http_filter.cluster.a.b.upstream_rq_5xx.config_fail":      false,
	} {
		_, read := n.find(name)
		_, _, value := n.findValue(name)
		if read = read || value; read != want || sent.MatchString(name) != want {
			t.Errorf("%s: read %t, sent %t, want %t", name, read, sent.MatchString(name), want)
		}
	}
}

// What a cluster counts that stands for several is of the one that requests go to first.
func TestGroup(t *testing.T) {
	n := newNames([]string{"a", "b"}, nil)
	for name, want := range map[string]string{
		"cluster.a>b.upstream_rq_5xx":       "a",
		"cluster.b>a.upstream_rq_completed": "b",
		"cluster.a>b.retry.upstream_rq_5xx": "",
		"cluster.a>c.upstream_rq_5xx":       "",
		"cluster.c>a.upstream_rq_5xx":       "",
	} {
		if s, ok := n.find(name); s.of != want || ok != (want != "") {
			t.Errorf("%s is of %q", name, s.of)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(reportOf("cluster.api.upstream_rq_completed=1 other=2"))
	f.Add([]byte{0x0a, 0xff})
	n := newNames([]string{"api"}, []string{"keys"})
	f.Fuzz(func(t *testing.T, request []byte) {
		for s, v := range n.read(request, time.Now()).counted {
			if v == 0 || v > maxCount || !n.has(s) {
				t.Errorf("%v: %d", s, v)
			}
		}
	})
}

// BenchmarkRead is of a report of 8 upstreams, all of which fail.
func BenchmarkRead(b *testing.B) {
	var upstreams []string
	var counters strings.Builder
	for i := range 8 {
		upstreams = append(upstreams, fmt.Sprint("upstream-", i))
		for _, c := range []string{"upstream_rq_completed", "upstream_rq_5xx", "upstream_cx_connect_fail", "ssl.fail_verify_san", "external.upstream_rq_5xx"} {
			fmt.Fprintf(&counters, "cluster.%s.%s=9 ", upstreams[i], c)
		}
	}
	report, n := reportOf(counters.String()), newNames(upstreams, nil)
	b.SetBytes(int64(len(report)))
	for b.Loop() {
		n.read(report, time.Now())
	}
}
