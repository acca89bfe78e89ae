package summary

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/version"
	"github.com/livefilter/livefilter/internal/xds"
)

func at(address, version string, nodes ...xds.Node) Server {
	s := live.Status{Version: version, Live: len(nodes) > 0, Nodes: nodes}
	for _, n := range nodes {
		switch {
		case !n.Left.IsZero():
			s.Gone++
			s.Live = false
		default:
			s.Connected++
			s.Running++
		}
	}
	return Server{Address: address, Status: s}
}

// Several servers are live together: none needs Envoys of its own, and one that moved is where it is now.
func TestServers(t *testing.T) {
	down := Server{Address: "c", Err: errors.New("nobody listens")}
	one, two := xds.Node{ID: "one", Live: true, Counts: true}, xds.Node{ID: "two", Live: true, Counts: true}
	left := xds.Node{ID: "two", Counts: true, Left: time.Now()}
	broken := at("b", "2", one)
	words := "f.yaml:1:1: no"
	broken.Status.Error, broken.Status.Live = &words, false
	expecting := at("b", "2", one)
	expecting.Status.Expected, expecting.Status.Live = 2, false
	for name, tt := range map[string]struct {
		all  Servers
		want string
	}{
		"one":                   {Servers{at("a", "2", one)}, "live on 1 of 1, version 2"},
		"one that is not there": {Servers{down}, "NOT KNOWN: c does not answer"},
		"both":                  {Servers{at("a", "2", one), at("b", "2", two)}, "live on 2 of 2, at 2 servers"},
		"one without Envoys":    {Servers{at("a", "2", one, two), at("b", "2")}, "live on 2 of 2, at 2 servers"},
		"nobody":                {Servers{at("a", "2"), at("b", "2")}, "NOT LIVE: no Envoy is connected"},
		"one moved":             {Servers{at("a", "2", one, left), at("b", "2", two)}, "live on 2 of 2, at 2 servers"},
		"one moved, alone":      {Servers{at("a", "2", two, left)}, "NOT LIVE: runs on 1 of 2, version 2"},
		"one left":              {Servers{at("a", "2", one, left), at("b", "2")}, "NOT LIVE: a: runs on 1 of 2"},
		"versions":              {Servers{at("a", "2", one), at("b", "1", two)}, "NOT LIVE: the servers serve different versions: 1 at b, 2 at a"},
		"a broken file":         {Servers{at("a", "2", two), broken}, "NOT LIVE: b: the file is not served; the last good one runs on 1 of 1: b: " + words},
		"too few":               {Servers{at("a", "2", two), expecting}, "NOT LIVE: b: runs on 1 of 2"},
		"one is down":           {Servers{at("a", "2", two), down}, "NOT KNOWN: c does not answer"},
		"and versions":          {Servers{at("a", "2", two), at("b", "1", one), down}, "NOT LIVE: the servers serve different versions: 1 at b, 2 at a; c does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.all.Line(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if tt.all.Live() != strings.HasPrefix(tt.want, "live") {
				t.Errorf("live: %v", tt.all.Live())
			}
		})
	}
}

func TestWriteServers(t *testing.T) {
	old := at("b", "1", xds.Node{ID: "two", Live: true, Counts: true})
	old.Status.Build = version.Build{Version: "v1.0.0", Go: "go1.26"}
	all := Servers{at("a", "2", xds.Node{ID: "one", Live: true, Counts: true}), old, {Address: "c", Err: errors.New("nobody listens")}}
	var b strings.Builder
	all.Write(&b, colour.Palette{}, false)
	if want := `NOT LIVE: the servers serve different versions: 1 at b, 2 at a; c does not answer
warning the servers are different builds: , ; v1.0.0, go1.26

at      a
live on 1 of 1
version 2

at      b
live on 1 of 1
version 1

at      c
error   nobody listens
`; b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}
