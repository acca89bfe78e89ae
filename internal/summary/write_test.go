package summary

import (
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/version"
	"github.com/livefilter/livefilter/internal/xds"
)

func nacked() []xds.TypeStatus {
	words := "no"
	return []xds.TypeStatus{{TypeURL: "x.Listener", Served: "2", Sent: "2", Acked: "1", Error: &words, Refused: true, Source: "f.yaml:1:2: listener"}}
}

// What stands against live comes first, and only an Envoy that is there has the last word.
func TestWrite(t *testing.T) {
	long := time.Now().Add(-time.Hour)
	runs := xds.Node{ID: "good", Live: true, Counts: true}
	broken := "f.yaml:1:1: no\nf.yaml:2:1: no"
	for name, tt := range map[string]struct {
		status        live.Status
		want, refusal string
	}{
		"nobody": {live.Status{}, "NOT LIVE: no Envoy is connected\nversion \n", ""},
		"live":   {live.Status{Live: true, Connected: 2, Running: 2, Version: "2", Nodes: []xds.Node{runs, runs}}, "live on 2 of 2\nversion 2\n", ""},
		"a broken file": {
			live.Status{Connected: 1, Running: 1, Version: "2", Error: &broken, Nodes: []xds.Node{runs}},
			"NOT LIVE: the file is not served; the last good one runs on 1 of 1\nfile    f.yaml:1:1: no\n        f.yaml:2:1: no\nversion 2\n", broken,
		},
		"refused": {
			live.Status{Connected: 2, Running: 1, Nodes: []xds.Node{runs, {ID: "bad", Counts: true, Resources: nacked()}}},
			`NOT LIVE: runs on 1 of 2
version 

bad                                            Envoy 
  Listener: f.yaml:1:2: listener: refused: no

others  1 as they should be
`, "f.yaml:1:2: listener: bad refused Listener: no",
		},
		"on its way": {
			live.Status{Connected: 1, Nodes: []xds.Node{{ID: "slow", Counts: true, Resources: []xds.TypeStatus{
				{TypeURL: "x.Cluster", Served: "2", Sent: "2", Acked: "2"}, {TypeURL: "x.Listener", Served: "2", Sent: "2", Acked: "1"}, {TypeURL: "x.Secret", Served: "2"},
			}}}},
			`NOT LIVE: runs on 0 of 1
version 

slow                                           Envoy 
  Listener is sent and not acknowledged
  Secret is not sent yet
`, "",
		},
		"refused and left": {
			live.Status{Connected: 1, Running: 1, Gone: 1, Expected: 2, Nodes: []xds.Node{runs, {ID: "bad", Counts: true, Left: long, Resources: nacked()}}},
			`NOT LIVE: runs on 1 of 2
fleet   connected Envoys: 1, expected: 2
version 

bad left 1h0m0s ago and runs Listener 1; it had refused Listener: no

others  1 as they should be
`, "",
		},
		"not admitted": {
			live.Status{Live: true, Connected: 1, Running: 1, Nodes: []xds.Node{runs}, Denied: []xds.Denial{
				{Node: "bad", Address: "10.0.0.1:2", Error: "no name of clients fits the certificate of bad.example", Times: 3, Kept: true, Last: long},
				{Asked: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Address: "10.0.0.1:3", Error: "no", Times: 1, Last: long},
			}},
			`live on 1 of 1; not admitted by clients: 2
denied  bad at 10.0.0.1:2: no name of clients fits the certificate of bad.example (3 times); it runs what it was sent before, last 1h0m0s ago
denied  /grpc.reflection.v1.ServerReflection/ServerReflectionInfo at 10.0.0.1:3: no (once), last 1h0m0s ago
version 
`, "",
		},
		"not healthy": {
			live.Status{Live: true, Connected: 2, Running: 2, Unhealthy: []string{"bad: 4 of 4 failed"}, Nodes: []xds.Node{
				{ID: "good", Live: true, Counts: true, Traffic: &figures.Traffic{Requests: 5, Healthy: true}},
				{ID: "bad", Live: true, Counts: true, Traffic: &figures.Traffic{Requests: 4, Failed: 4, Problems: []string{"4 of 4 failed"}}},
			}},
			`live on 2 of 2, not healthy: bad: 4 of 4 failed
version 
traffic 9 requests in the last minute, 4 failed

bad                                            Envoy 
  4 of 4 failed

others  1 as they should be
`, "",
		},
		"a warning": {
			live.Status{Live: true, Connected: 1, Running: 1, Warnings: []string{"the certificate that Envoys are shown expires at noon"}},
			"live on 1 of 1\nwarning the certificate that Envoys are shown expires at noon\nversion \n", "",
		},
		"gone for good": {
			live.Status{Live: true, Connected: 1, Running: 1, Nodes: []xds.Node{{ID: "bad", Left: long}, runs, {ID: "scaled down", Left: long, Live: true}}},
			`live on 1 of 1
version 

bad left 1h0m0s ago and runs something else

others  1 as they should be; 1 left and ran what is served
`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if Write(&b, colour.Palette{}, tt.status, false); b.String() != tt.want {
				t.Errorf("%s\nwant\n%s", b.String(), tt.want)
			}
			if got := Refusal(tt.status); (got == nil) != (tt.refusal == "") || got != nil && got.Error() != tt.refusal {
				t.Errorf("refusal %v, want %q", got, tt.refusal)
			}
		})
	}
}

// -v shows every Envoy, with its certificate and what it was sent and runs.
func TestWriteAll(t *testing.T) {
	var b strings.Builder
	Write(&b, colour.Palette{}, live.Status{Live: true, Connected: 2, Running: 2, Version: "2", Build: version.Build{Version: "v1.2.3", Go: "go1.26"}, Nodes: []xds.Node{
		{ID: "good", Address: "10.0.0.1:2", Envoy: "1.40.0", Live: true, Counts: true, Names: []string{"good.example", "spiffe://example/good"}},
		{ID: "bad", Counts: true, Traffic: &figures.Traffic{Requests: 5, Healthy: true}, Resources: nacked()},
	}}, true)
	if want := `live on 2 of 2
version 2
server  livefilter v1.2.3, go1.26
traffic 5 requests in the last minute, none with 5xx

bad                                            Envoy 
  5 requests in the last minute, none with 5xx
  Listener              sent 2                 acked 1
    f.yaml:1:2: listener: refused: no

good                    10.0.0.1:2             Envoy 1.40.0
  certificate of good.example, spiffe://example/good
`; b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}

// However many differ, a screen holds those that are listed.
func TestWriteMany(t *testing.T) {
	var b strings.Builder
	s := live.Status{Connected: 501, Running: 1, Nodes: []xds.Node{{ID: "good", Live: true, Counts: true}}}
	for range 500 {
		s.Nodes = append(s.Nodes, xds.Node{ID: "bad", Counts: true, Resources: nacked()})
	}
	if Write(&b, colour.Palette{}, s, false); strings.Count(b.String(), "bad ") != maxNodes || !strings.HasSuffix(b.String(), "others  480 more differ: -v shows them; 1 as they should be\n") {
		t.Error(b.String())
	}
}
