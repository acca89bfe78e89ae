package xds

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// An Envoy is there once, whatever else it asks for.
func TestDenialsOfOne(t *testing.T) {
	g := newGate(t)
	figures := &denied{asked: "/Export", why: errors.New("no")}
	g.deny([]string{"a.example"}, "10.0.0.1:1", false, figures)
	if all := g.Denied(); len(all) != 1 || all[0].Asked == "" {
		t.Errorf("denied: %+v", all)
	}
	for range 2 {
		g.deny([]string{"a.example"}, "10.0.0.1:2", true, &denied{id: "a", why: errors.New("no")})
		g.deny([]string{"a.example"}, "10.0.0.1:2", false, figures)
		g.deny([]string{"a.example"}, "10.0.0.2:1", false, figures)
		if all := g.Denied(); len(all) != 2 || all[1].Node != "a" || all[1].Asked != "" || all[0].Asked == "" {
			t.Errorf("denied: %+v", all)
		}
	}
}

// Who comes as ever another node fills neither memory nor log, nor hides the others.
func TestDenialsAreBounded(t *testing.T) {
	g := newGate(t)
	g.denials.add(Denial{Node: "honest", Address: "10.0.0.2:1", Last: g.now(), all: []string{"honest.example"}})
	for i := range 10 * maxDenied {
		g.deny([]string{"flood.example"}, "10.0.0.1:1", false, &denied{id: fmt.Sprint(i), why: fmt.Errorf("may not be %d", i)})
	}
	all := g.Denied()
	if len(all) != maxDenied || all[len(all)-1].Node != "honest" || all[0].Node != fmt.Sprint(10*maxDenied-1) {
		t.Errorf("%d are remembered, from %+v to %+v", len(all), all[0], all[len(all)-1])
	}
	if n := g.lines("client denied"); n != maxDenied {
		t.Errorf("%d lines", n)
	}
	now := g.now
	g.now = func() time.Time { return now().Add(rememberTime + time.Minute) }
	if all := g.Denied(); len(all) != 0 {
		t.Errorf("still there: %+v", all)
	}
}

// One that is thrown out between two looks at its request leaves nothing behind.
func TestThrownOutWhileItSpeaks(t *testing.T) {
	f := newFleet(Options{})
	c := newClient("1.2.3.4:5", "", true, time.Now())
	c.known, c.id = true, "a"
	f.add(c)
	f.leave(c)
	f.speaks(c, c.id)
	f.remove(c, false, func(*client) bool { return false }, time.Now())
	if len(f.latest)+len(f.clients)+len(f.streams)+len(f.gone) != 0 {
		t.Errorf("left: %+v", f)
	}
}
