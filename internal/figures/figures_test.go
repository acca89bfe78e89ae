package figures

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// clock is one that only the test moves.
type clock struct{ time.Time }

func (c *clock) pass(d time.Duration) { c.Time = c.Add(d) }

func testFigures() (*Figures, *clock) {
	c := &clock{time.Unix(1_000_000, 0)}
	f := New(func(address string) bool { return address != "stranger" })
	f.now = func() time.Time { return c.Time }
	f.Serve([]string{"api", "eu.example"}, []string{"keys", "my.filter"})
	return f, c
}

// says has an Envoy report: "cluster.api.upstream_rq_5xx=3 …".
func (f *Figures) says(t *testing.T, address, counters string) {
	t.Helper()
	if !f.report(address, f.names.Load().read(reportOf(counters), f.now())) {
		t.Fatal("it was not heard")
	}
}

func TestWords(t *testing.T) {
	const ingress = "http.ingress_http.downstream_rq_completed=40 http.ingress_http.downstream_rq_5xx=40 "
	for counters, want := range map[string]string{
		"http.ingress_http.downstream_rq_completed=40 cluster.api.upstream_rq_completed=40": "true: ",
		ingress + "cluster.api.upstream_rq_5xx=40 cluster.api.ssl.fail_verify_san=40 cluster.api.upstream_cx_connect_fail=40": "false: 40 of 40 requests in the last minute failed: " +
			"upstream api: TLS certificate names another host (ssl.fail_verify_san)",
		ingress + "cluster.api.upstream_rq_5xx=10 cluster.eu.example.upstream_rq_5xx=30 cluster.eu.example.upstream_cx_connect_timeout=30": "false: 40 of 40 requests in the last minute failed: " +
			"upstream eu.example: does not take connections in time (upstream_cx_connect_timeout); upstream api: answers with 5xx (upstream_rq_5xx)",
		ingress + "wasm.my.filter.vm_reload_backoff=38 wasm.my.filter.vm_reload_success=2": "false: 40 of 40 requests in the last minute failed: " +
			"filter my.filter: its module crashes (vm_reload_success)",
		ingress: "false: 40 of 40 requests in the last minute failed: the answers are a filter's or Envoy's own",
		ingress + "cluster.api.upstream_rq_5xx=3 wasmcustom.livefilter.filter.keys.header.x-key.all_out=37": "false: 40 of 40 requests in the last minute failed: " +
			"most of the answers are a filter's or Envoy's own; upstream api: answers with 5xx (upstream_rq_5xx); " +
			"filter keys: 37 times in the last minute all values or upstreams to choose from were out (all_out)",
		"http.ingress_http.downstream_rq_completed=40 http.ingress_http.downstream_rq_5xx=1 cluster.api.upstream_rq_5xx=1": "true: 1 of 40 requests in the last minute failed: " +
			"upstream api: answers with 5xx (upstream_rq_5xx)",
		"http.ingress_http.downstream_rq_completed=40 wasmcustom.livefilter.filter.keys.header.x-key.all_out=30": "false: filter keys: 30 times in the last minute " +
			"all values or upstreams to choose from were out (all_out)",
		"cluster.api.wasmcustom.livefilter.filter.my_filter.header.x.value.3.evicted=1 cluster.api.wasm.keys.vm_reload_failure=1": "true: in the last minute: " +
			"filter keys: its module crashed and does not start again (vm_reload_failure)",
	} {
		f, _ := testFigures()
		f.says(t, "a", counters)
		tr := f.Of("a")
		if got := fmt.Sprintf("%t: %s", tr.Healthy, strings.Join(tr.Problems, "; ")); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", counters, got, want)
		}
	}
}

// What was mended is healthy at once, and is not spoken of after a minute.
func TestMended(t *testing.T) {
	f, c := testFigures()
	if f.Of("a") != nil {
		t.Error("traffic of an Envoy that said nothing")
	}
	f.says(t, "a", "http.ingress_http.downstream_rq_completed=40 http.ingress_http.downstream_rq_5xx=40 cluster.api.upstream_rq_5xx=40")
	c.pass(10 * time.Second)
	f.says(t, "a", "") // no requests are no news
	if tr := f.Of("a"); tr.Healthy || tr.Failed != 40 {
		t.Errorf("%+v", tr)
	}
	f.says(t, "a", "http.ingress_http.downstream_rq_completed=10 cluster.api.upstream_rq_completed=10")
	if tr := f.Of("a"); !tr.Healthy || tr.Requests != 50 || tr.Problems[0] != "40 of 50 requests in the last minute failed, the latest ones did not: upstream api: answers with 5xx (upstream_rq_5xx)" {
		t.Errorf("%+v", tr)
	}
	c.pass(window - slot)
	if tr := f.Of("a"); tr.Requests != 10 || len(tr.Problems) > 0 {
		t.Errorf("after a minute: %+v", tr)
	}
	c.pass(slot)
	if tr := f.Of("a"); tr != nil {
		t.Errorf("after another 10 s: %+v", tr)
	}
}

// Each part of the window is forgotten in its time, whenever one looks.
func TestWindow(t *testing.T) {
	for _, step := range []time.Duration{time.Second, 7 * time.Second, slot, window, 3 * window} {
		e := &envoy{}
		s := series{"", downstreamCompleted}
		now := time.Unix(1_000_000, 0)
		var at []time.Time
		for i := range 100 {
			e.add(map[series]uint64{s: 1}, now)
			at = append(at, now)
			want := uint64(0)
			for _, a := range at {
				if now.UnixNano()/int64(slot)-a.UnixNano()/int64(slot) < slots {
					want++
				}
			}
			if got := e.series.of[s].sum(); got != want {
				t.Fatalf("steps of %s, after %d: %d, want %d", step, i, got, want)
			}
			now = now.Add(step)
		}
	}
}

// What is not served any more is forgotten at once.
func TestRemovedNames(t *testing.T) {
	f, _ := testFigures()
	f.says(t, "a", "cluster.api.upstream_rq_5xx=1 cluster.eu.example.upstream_rq_5xx=1 wasm.keys.vm_reload_success=1")
	f.Serve([]string{"api"}, nil)
	if tr := f.Of("a"); len(tr.Upstreams) != 1 || len(tr.Filters) != 0 || len(f.totals) != 1 {
		t.Errorf("%+v, %v", tr, maps.Collect(maps.All(f.totals)))
	}
}

// BenchmarkOf is of an Envoy with 64 upstreams, all of which fail.
func BenchmarkOf(b *testing.B) {
	f, _ := testFigures()
	var upstreams []string
	var counters strings.Builder
	for i := range 64 {
		upstreams = append(upstreams, fmt.Sprint("upstream-", i))
		for _, c := range []string{"upstream_rq_completed", "upstream_rq_5xx", "upstream_cx_connect_fail", "ssl.fail_verify_san"} {
			fmt.Fprintf(&counters, "cluster.%s.%s=9 ", upstreams[i], c)
		}
	}
	f.Serve(upstreams, nil)
	f.report("a", f.names.Load().read(reportOf(counters.String()), f.now()))
	for b.Loop() {
		f.Of("a")
	}
}

func TestTrafficWords(t *testing.T) {
	problems := []string{"filter keys: 3 times out"}
	for want, tr := range map[string]Traffic{
		"":                         {},
		"filter keys: 3 times out": {Requests: 4, Failed: 3, Problems: problems},
		"1 request in the last minute, not with 5xx":                             {Requests: 1},
		"2 requests in the last minute, none with 5xx; filter keys: 3 times out": {Requests: 2, Problems: problems},
	} {
		if got := strings.Join(tr.Words(), "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
