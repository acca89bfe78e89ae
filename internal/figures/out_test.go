package figures

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// gaugesOf is a report of gauges: "server.live=1 …".
func gaugesOf(gauges string) []byte {
	var metrics []byte
	for _, g := range strings.Fields(gauges) {
		name, value, _ := strings.Cut(g, "=")
		var n int64
		fmt.Sscan(value, &n)
		point := protowire.AppendTag(nil, pointAsInt, protowire.Fixed64Type)
		point = binary.LittleEndian.AppendUint64(point, uint64(n))
		metrics = append(metrics, field(scopeMetrics, append(field(metricName, []byte(name)), field(metricGauge, field(gaugeDataPoints, point))...))...)
	}
	return field(requestResourceMetrics, field(resourceScopeMetrics, metrics))
}

func outFigures() (f *Figures, c *clock, says func(gauges string)) {
	f, c = testFigures()
	f.Serve(nil, nil, Pool{"my.filter", ":authority", []Value{{"0", "number 0"}, {"team-a", "team-a"}}}, Pool{"keys", "x-key", []Value{{"0", "number 0"}}})
	return f, c, func(gauges string) { f.report("a", f.names.Load().read(gaugesOf(gauges), f.now())) }
}

func words(t *Told) string {
	if t == nil {
		return "tells nothing"
	}
	var all []string
	for _, o := range t.Values {
		until := "forever"
		if o.Until != nil {
			until = fmt.Sprint(o.Until.Unix()-1_000_000, " ", o.Due)
		}
		all = append(all, fmt.Sprintf("%s %s %s %s", o.Filter, o.Header, o.Value, until))
	}
	return strings.Join(all, ", ")
}

func TestOut(t *testing.T) {
	const authority, key = "wasmcustom.livefilter.filter.my_filter.header._authority.value.", "wasmcustom.livefilter.filter.keys.header.x-key.value."
	for gauges, want := range map[string]string{
		"":                          "tells nothing",
		authority + "0.out_until=1": "tells nothing",
		"server.live=1":             "",
		"server.live=1 " + key + "0.out_until=1000060 " + authority + "0.out_until=999999 " + authority + "team-a.out_until=9999999999": "my.filter :authority number 0 -1 true, " +
			"my.filter :authority team-a forever, keys x-key number 0 60 false",
		"server.live=1 " + key + "0.out_until=0 " + key + "1.out_until=1000060 " + key + "0.0.out_until=1000060": "",
		"server.live=1 " + key + "0.out_until=-1": "",
		// Two clusters' chains before Envoy 1.39.
		"server.live=1 cluster.a." + key + "0.out_until=0 cluster.b." + key + "0.out_until=1000060":       "keys x-key number 0 60 false",
		"server.live=1 cluster.a." + key + "0.out_until=0 cluster.b." + key + "0.out_until=999999":        "",
		"server.live=1 cluster.a." + key + "0.out_until=999990 cluster.b." + key + "0.out_until=999999":   "keys x-key number 0 -1 true",
		"server.live=1 cluster.a." + key + "0.out_until=9999999999 cluster.b." + key + "0.out_until=1000": "keys x-key number 0 forever",
	} {
		f, _, says := outFigures()
		says(gauges)
		if got := words(f.Out("a")); got != want {
			t.Errorf("%s:\n got %s\nwant %s", gauges, got, want)
		}
	}
}

// What is out is what was told last, of what is served now.
func TestOutFollows(t *testing.T) {
	f, c, says := outFigures()
	const key = "wasmcustom.livefilter.filter.keys.header.x-key.value.0.out_until="
	says("server.live=1 " + key + "1000060")
	c.pass(10 * time.Second)
	says("server.live=1") // a part of a report
	if got := f.Out("a"); words(got) != "keys x-key number 0 60 false" || !got.Heard.Equal(c.Time) {
		t.Errorf("%s, heard %s", words(got), got.Heard)
	}
	c.pass(50 * time.Second)
	if got := words(f.Out("a")); got != "keys x-key number 0 60 true" {
		t.Error(got)
	}
	says("server.live=1 " + key + "0")
	if got := words(f.Out("a")); got != "" {
		t.Error(got)
	}
	says("server.live=1 " + key + "1000999")
	f.Serve(nil, nil, Pool{"keys", "x-key", []Value{{"1", "number 1"}}})
	if got := words(f.Out("a")); got != "" {
		t.Error(got)
	}
	if f.Out("b") != nil {
		t.Error("an Envoy that nobody heard of")
	}
}
