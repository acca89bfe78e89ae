package xds

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
)

// later is a server whose clock the test moves.
func later(t *testing.T) (s *Server, address string, pass func(time.Duration)) {
	var passed atomic.Int64
	s = still(New(slog.New(slog.DiscardHandler), Options{GoneAfter: time.Hour}, func(Event) {}))
	now := s.now
	s.now = func() time.Time { return now().Add(time.Duration(passed.Load())) }
	return s, start(t, s), func(d time.Duration) { passed.Add(int64(d)) }
}

// Two Envoys that share an ID and say nothing are told apart once neither can have taken the
// other's place, and the one that leaves is remembered.
func TestQuietTwins(t *testing.T) {
	s, address, pass := later(t)
	set(t, s, "a", "a", nil)
	older := openDelta(t, dial(t, address))
	join(older)
	eventually(t, "the first is live: it has said its last word", func() bool { return s.Fleet().Running == 1 })
	pass(time.Second)
	younger := openDelta(t, dial(t, address))
	join(younger)
	eventually(t, "both are live", func() bool { f := s.Fleet(); return f.Running == 2 })
	for _, n := range connected(s) {
		if n.Other != "" {
			t.Errorf("%s may be gone, and %s in its place", n.Other, n.Address)
		}
	}
	pass(deadTime + time.Second)
	nodes := connected(s)
	if nodes[0].Other != nodes[1].Address || nodes[1].Other != nodes[0].Address {
		t.Errorf("%q and %q are twins", nodes[0].Other, nodes[1].Other)
	}
	hangUp(t, older)
	eventually(t, "one is gone", func() bool { return s.Fleet().Connected == 1 })
	if n := node(s); n.Other != "" {
		t.Errorf("%s is called a twin and left", n.Other)
	}
	set(t, s, "b", "a", nil)
	younger.answer(younger.recv(), "")
	eventually(t, "the one that is left runs it", func() bool { return s.Fleet().Running == 1 })
	if f := s.Fleet(); f.Live || f.Gone != 1 {
		t.Errorf("live without the one that left: %+v", f)
	}
}

// One that connects again before the server has noticed that its old connection ended is one.
func TestTheSameEnvoyAgain(t *testing.T) {
	s, address, pass := later(t)
	set(t, s, "a", "a", nil)
	old := openDelta(t, dial(t, address))
	join(old)
	eventually(t, "it is live: it has said its last word", func() bool { return s.Fleet().Running == 1 })
	pass(time.Second)
	join(openDelta(t, dial(t, address)))
	pass(pingTime + pongTime - 2*time.Second)
	hangUp(t, old)
	eventually(t, "its old connection is gone", func() bool { return s.Fleet().Connected == 1 })
	if f := s.Fleet(); f.Gone != 0 || len(f.Nodes) != 1 {
		t.Errorf("%+v", f)
	}
}

// An address is an Envoy's for as long as one of its streams is open.
func TestConnected(t *testing.T) {
	s, address, _ := later(t)
	set(t, s, "a", "a", nil)
	conn := dial(t, address)
	one, other := openDelta(t, conn), openDelta(t, conn)
	join(one)
	join(other)
	eventually(t, "both streams are one Envoy's", func() bool { return s.Fleet().Connected == 1 && s.Fleet().Running == 1 })
	at := node(s).Address
	hangUp(t, one)
	if !s.Connected(at) || s.Connected("192.0.2.1:1") {
		t.Error("it is not the Envoy's address that is connected")
	}
	hangUp(t, other)
	eventually(t, "nobody is at the address", func() bool { return !s.Connected(at) })
}
