package main

import (
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

func refused(words string) []xds.TypeStatus {
	return []xds.TypeStatus{{TypeURL: "x.Listener", Served: "2", Sent: "2", Acked: "1", Error: &words, Refused: true, Source: "f.yaml:1:2: listener"}}
}

// What stands against live comes first, and only an Envoy that is there has the last word.
func TestShow(t *testing.T) {
	long := time.Now().Add(-time.Hour)
	runs := xds.Node{ID: "good", Live: true, Counts: true}
	for name, tt := range map[string]struct {
		status        live.Status
		want, refusal string
	}{
		"nobody": {live.Status{}, "version   NOT LIVE: no Envoy is connected\n", ""},
		"refused": {
			live.Status{Connected: 2, Running: 1, Nodes: []xds.Node{runs, {ID: "bad", Counts: true, Resources: refused("no")}}},
			`version   NOT LIVE: runs on 1 of 2

bad                                            Envoy 
  Listener              sent 2                 acked 1
    f.yaml:1:2: listener: refused: no

good                                           Envoy 
`, "f.yaml:1:2: listener: bad refused Listener: no",
		},
		"refused and left": {
			live.Status{Connected: 1, Running: 1, Gone: 1, Expected: 2, Nodes: []xds.Node{runs, {ID: "bad", Counts: true, Left: long, Resources: refused("no")}}},
			`version   NOT LIVE: runs on 1 of 2
fleet   connected Envoys: 1, expected: 2

bad left 1h0m0s ago and runs Listener 1; it had refused Listener: no

good                                           Envoy 
`, "",
		},
		"not admitted": {
			live.Status{Live: true, Connected: 1, Running: 1, Nodes: []xds.Node{{ID: "good", Live: true, Counts: true, Names: []string{"good.example", "spiffe://example/good"}}}, Denied: []xds.Denial{
				{Node: "bad", Address: "10.0.0.1:2", Error: "no name of clients fits the certificate of bad.example", Times: 3, Kept: true, Last: long},
				{Asked: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Address: "10.0.0.1:3", Error: "no", Times: 1, Last: long},
			}},
			`version   live on 1 of 1; not admitted by clients: 2
denied  bad at 10.0.0.1:2: no name of clients fits the certificate of bad.example (3 times); it runs what it was sent before, last 1h0m0s ago
denied  /grpc.reflection.v1.ServerReflection/ServerReflectionInfo at 10.0.0.1:3: no (once), last 1h0m0s ago

good                                           Envoy 
  certificate of good.example, spiffe://example/good
`, "",
		},
		"not healthy": {
			live.Status{Live: true, Connected: 2, Running: 2, Unhealthy: []string{"bad: 4 of 4 failed"}, Nodes: []xds.Node{
				{ID: "bad", Live: true, Counts: true, Traffic: &figures.Traffic{Requests: 4, Failed: 4, Problems: []string{"4 of 4 failed"}}},
				{ID: "good", Live: true, Counts: true, Traffic: &figures.Traffic{Requests: 5, Healthy: true}},
			}},
			`version   live on 2 of 2, not healthy: bad: 4 of 4 failed

bad                                            Envoy 
  4 of 4 failed

good                                           Envoy 
  5 requests in the last minute, none failed
`, "",
		},
		"a warning": {
			live.Status{Live: true, Connected: 1, Running: 1, Warnings: []string{"the certificate that Envoys are shown expires at noon"}},
			"version   live on 1 of 1\nwarning the certificate that Envoys are shown expires at noon\n", "",
		},
		"gone for good": {
			live.Status{Live: true, Connected: 1, Running: 1, Nodes: []xds.Node{{ID: "bad", Left: long}, runs}},
			`version   live on 1 of 1

good                                           Envoy 

bad left 1h0m0s ago and runs something else
`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := show(&b, statusFlags{}, tt.status, nil); err != nil || b.String() != tt.want {
				t.Errorf("%v\n%s\nwant\n%s", err, b.String(), tt.want)
			}
			if got := refusal(tt.status); got != tt.refusal {
				t.Errorf("refusal %q, want %q", got, tt.refusal)
			}
		})
	}
}
