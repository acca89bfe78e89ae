package main

import (
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

func TestPlanClients(t *testing.T) {
	a := xds.Node{ID: "a", Cluster: "c", Names: []string{"a.example"}}
	b := xds.Node{ID: "b", Names: []string{"b.example"}}
	left := xds.Node{ID: "gone", Names: []string{"gone.example"}, Left: time.Now()}
	out := []xds.Denial{{Node: "x", Names: []string{"x.example"}}, {Asked: "/x", Names: []string{"x.example"}}, {Node: "y", Names: []string{"y.example"}}}
	one := config.Client{Names: []string{"a.example"}, Nodes: []string{"a"}}
	for name, tt := range map[string]struct {
		status live.Status
		rules  []config.Client
		want   string
	}{
		"none, still":     {live.Status{Nodes: []xds.Node{a}}, nil, ""},
		"the same":        {live.Status{Nodes: []xds.Node{a}, Clients: []string{`a.example may be node a`}}, []config.Client{one}, ""},
		"nobody is there": {live.Status{}, []config.Client{one}, "clients: who may connect; + a.example may be node a"},
		"all stay": {live.Status{Nodes: []xds.Node{a, left}}, []config.Client{one},
			"clients: who may connect: all Envoys that are connected; + a.example may be node a"},
		"one goes": {live.Status{Nodes: []xds.Node{a, b}}, []config.Client{one},
			"clients: who may connect: 1 of the 2 Envoys that are connected; + a.example may be node a\n" +
				"envoy b: is not admitted any more: no name of clients fits the certificate of b.example; it goes on with what it was sent"},
		"all go, and one comes": {live.Status{Nodes: []xds.Node{b}, Denied: out, Clients: []string{"old"}}, []config.Client{one, {Names: []string{"x.example"}}},
			"clients: who may connect: none of the Envoys that are connected; + a.example may be node a; + x.example may be any node; - old\n" +
				"envoy b: is not admitted any more: no name of clients fits the certificate of b.example; it goes on with what it was sent\n" +
				"envoy x: is admitted"},
		"no rules any more": {live.Status{Nodes: []xds.Node{a}, Denied: out, Clients: []string{"old"}}, nil,
			"clients: whoever has a certificate may be any Envoy; - old\nenvoy x: is admitted\nenvoy y: is admitted"},
	} {
		var lines []string
		for _, c := range clientChanges(tt.status, &config.Config{Clients: tt.rules}) {
			lines = append(lines, strings.Join(append([]string{c.Resource + ": " + c.Effect}, c.Details...), "; "))
		}
		if got := strings.Join(lines, "\n"); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, tt.want)
		}
	}
}
