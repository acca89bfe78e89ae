package figures

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// sends is a call of the service from an address.
func (f *Figures) sends(address string, report []byte) codes.Code {
	ctx := peer.NewContext(context.Background(), &peer.Peer{Addr: at(address)})
	_, err := export(f, ctx, func(request any) error { return proto.Unmarshal(report, request.(proto.Message)) }, nil)
	return grpcstatus.Code(err)
}

type at string

func (at) Network() string  { return "tcp" }
func (a at) String() string { return string(a) }

var _ net.Addr = at("")

// Only Envoys that are connected are heard, and none too often.
func TestWhoIsHeard(t *testing.T) {
	f, c := testFigures()
	report := reportOf("cluster.api.upstream_rq_completed=1")
	if code := f.sends("stranger", report); code != codes.FailedPrecondition || len(f.envoys) != 0 {
		t.Errorf("a stranger: %s, %d are kept", code, len(f.envoys))
	}
	heard := 0
	for range 1000 {
		if f.sends("a", report) == codes.OK {
			heard++
		}
	}
	if heard != maxReports {
		t.Errorf("%d reports at once were heard", heard)
	}
	for range 10 {
		c.pass(time.Second)
		if code := f.sends("a", report); code != codes.OK {
			t.Errorf("after a second: %s", code)
		}
	}
	f.sends("b", report)
	c.pass(2 * forgetTime)
	f.sends("c", report)
	if len(f.envoys) != 1 {
		t.Errorf("%d are kept, of which two have been silent for minutes", len(f.envoys))
	}
}

// What does not belong into a report changes nothing.
func TestStrangeReports(t *testing.T) {
	f, _ := testFigures()
	if err := proto.Unmarshal([]byte{0x0a, 0xff}, &emptypb.Empty{}); err == nil {
		t.Error("gRPC takes what is no message")
	}
	for _, report := range [][]byte{nil, {0x08, 1}, field(requestResourceMetrics, []byte{0xff}), reportOf(strings.Repeat("x=1 ", 10_000))} {
		if code := f.sends("a", report); code != codes.OK || f.Of("a") != nil {
			t.Errorf("%s: %+v", code, f.Of("a"))
		}
	}
}

// increase() does not see a counter that begins at 1; of Envoys that tell nothing there is none.
func TestCountersBeginAtZero(t *testing.T) {
	f, _ := testFigures()
	if n := testutil.CollectAndCount(f, "livefilter_envoy_upstream_total", "livefilter_envoy_filter_total", "livefilter_envoy_listener_total"); n != 0 {
		t.Errorf("%d counters of Envoys that tell nothing", n)
	}
	f.says(t, "a", "http.ingress_http.downstream_rq_completed=2")
	for name, want := range map[string]int{
		"livefilter_envoy_upstream_total": 2 * 13, "livefilter_envoy_filter_total": 2 * 5, "livefilter_envoy_listener_total": 3,
	} {
		if n := testutil.CollectAndCount(f, name); n != want {
			t.Errorf("%s: %d series, want %d", name, n, want)
		}
	}
	f.Serve([]string{"api"}, nil)
	if n := testutil.CollectAndCount(f, "livefilter_envoy_upstream_total", "livefilter_envoy_filter_total"); n != 13 {
		t.Errorf("%d series of what is not served any more", n)
	}
}

func TestPrometheus(t *testing.T) {
	f, _ := testFigures()
	f.says(t, "a", "http.ingress_http.downstream_rq_completed=2 http.ingress_http.downstream_rq_5xx=2 cluster.api.upstream_rq_5xx=2 wasm.keys.vm_reload_success=1")
	f.says(t, "b", "http.ingress_http.downstream_rq_completed=2 cluster.api.upstream_rq_completed=2")
	registry := prometheus.NewRegistry()
	registry.MustRegister(f)
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Error(err, problems)
	}
	var values strings.Builder
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			values.WriteString(family.GetName())
			for _, l := range m.GetLabel() {
				values.WriteString(" " + l.GetValue())
			}
			values.WriteString(" " + strings.ReplaceAll(m.GetCounter().String()+m.GetGauge().String(), "<nil>", "") + "\n")
		}
	}
	for _, want := range []string{
		"livefilter_envoy_listener_total downstream_rq_completed value:4", "livefilter_envoy_upstream_total upstream_rq_5xx api value:2",
		"livefilter_envoy_filter_total vm_reload_success keys value:1", "livefilter_envoys_not_healthy value:1",
	} {
		if !strings.Contains(values.String(), want) {
			t.Errorf("no %s in\n%s", want, values.String())
		}
	}
}
