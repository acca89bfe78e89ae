package xds

import (
	"log/slog"
	"testing"
)

// The same order holds where the server was away while the config changed: an Envoy that
// comes back keeps its old clusters until it has the new routes.
func TestOldClustersGoLastAfterAReconnect(t *testing.T) {
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
	c := openDelta(t, dial(t, start(t, s)))
	setRoute(t, s, "b", "c")
	c.held["clusters"] = map[string]string{"a": "1", "b": s.Snapshot().versions(cds)["b"]}
	c.held["routes"] = map[string]string{"r": "1"}
	c.ask(cds, &received{version: "clusters"})
	c.ask(rds, &received{version: "routes"}, "r")
	c.answer(expect(t, c, cds, []string{"c"}), "")
	c.answer(expect(t, c, rds, []string{"r"}), "")
	c.answer(expect(t, c, cds, nil, "a"), "")
	eventually(t, "live", func() bool { return node(s).Live })
}

// State of the world as well, where this server or its kept config knows what the Envoy has.
func TestOldClustersGoLastInStateOfTheWorld(t *testing.T) {
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
	address := start(t, s)
	setRoute(t, s, "a", "b")
	first := openSotW(t, dial(t, address))
	joinRoute(t, first, "a", "b")
	eventually(t, "live", func() bool { return node(s).Live })
	n := node(s)
	hangUp(t, first)
	setRoute(t, s, "b", "c")
	c := openSotW(t, dial(t, address))
	c.ask(cds, &received{version: resourceOf(n, cds).Acked})
	c.answer(expect(t, c, cds, []string{"c", "a", "b"}), "")
	c.ask(rds, &received{version: resourceOf(n, rds).Acked}, "r")
	c.answer(expect(t, c, rds, []string{"r"}), "")
	c.answer(expect(t, c, cds, []string{"b", "c"}), "")
	eventually(t, "live", func() bool { return node(s).Live })
}

// And where it was away for more edits than snapshots are kept, or left between two of them.
func TestOldClustersGoLastAfterALongAbsence(t *testing.T) {
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
	address := start(t, s)
	setRoute(t, s, "a", "b")
	first := openSotW(t, dial(t, address))
	joinRoute(t, first, "a", "b")
	eventually(t, "live", func() bool { return node(s).Live })
	setRoute(t, s, "b", "c")
	between := expect(t, first, cds, []string{"c", "a", "b"})
	hangUp(t, first) // it has taken this, and the server has not heard of it
	for i := range maxPast + 1 {
		setRoute(t, s, "d", string(rune('e'+i)))
	}
	c := openSotW(t, dial(t, address))
	c.ask(cds, &between)
	expect(t, c, cds, []string{"d", string(rune('e' + maxPast)), "a", "b", "c"})
}
