package xds

import (
	"log/slog"
	"testing"
	"time"
)

// What Envoy holds back while a cluster warms, and how much of it there may be.
func TestNextHeldBack(t *testing.T) {
	play(t, [][2]string{
		{"sotw: a NACK that answers several responses is about any of them", `
			serve cds a=1
			join  cds
			serve cds a=1 bad=1
			> cds bad=1
			serve cds a=1 bad=1 c=1
			> cds c=1
			nack  4
			> cds bad=1        # each alone
			nack
			> cds c=1
			ack
			dead
		`},
		{"what is to be taken back does not wait for four responses", `
			serve cds a=1 s=1
			join  cds
			serve cds a=1 s=2
			> cds s=2
			serve cds a=2 s=2
			> cds a=2
			serve cds a=3 s=2
			> cds a=3
			serve cds a=4 s=2
			> cds a=4
			wait  2s
			> cds a=1^ s=1^
		`},
	})
}

// Nobody waits for filters where nobody knows what the client has of them.
func TestSilenceOfAClusterStream(t *testing.T) {
	x := newScript(t, true)
	x.c.typeURL = cds
	x.run(`
		serve cds a=1(f) | wasm f=1
		ask   cds
		> cds a=1(f)
		ack
		serve cds a=2(f) | wasm f=1
		> cds a=2(f)
		wait  2s
		> cds a=1(f)^
	`)
}

// A stream that ends while another snapshot is set left without that one, for all who ask.
func TestLeavingDuringSet(t *testing.T) {
	s := New(slog.New(slog.DiscardHandler), Options{GoneAfter: time.Minute}, func(Event) {})
	one, err := NewSnapshot([]Resource{scripted("cds", "a=1", false)})
	must(t, err)
	two, err := NewSnapshot([]Resource{scripted("cds", "a=2", false)})
	must(t, err)
	s.Set(one)
	c := newClient("1.2.3.4:1", "", true, time.Now())
	c.known, c.id = true, "x"
	c.subs[cds] = newSubscription(request{typeURL: cds}, s.memory)
	r := one.get(Ref{cds, "a"})
	c.subs[cds].blank = false
	c.subs[cds].entries["a"] = &entry{state: held, held: &copied{r.version, r}}
	s.fleet.add(c)
	s.now = func() time.Time { // asked for in the midst of it
		s.now = time.Now
		s.Set(two)
		return time.Now()
	}
	s.closed(c)
	if _, _, gone := s.Counts(); gone != 1 || s.Fleet().Gone != 1 {
		t.Errorf("gone: %d by Counts, %d by Fleet", gone, s.Fleet().Gone)
	}
}

// Envoys are expected, not streams.
func TestExpectCountsEnvoys(t *testing.T) {
	s := New(slog.New(slog.DiscardHandler), Options{Expect: 2}, func(e Event) {
		if e.Kind == Live {
			t.Error("live with one Envoy that has two streams")
		}
	})
	one, err := NewSnapshot([]Resource{scripted("cds", "a=1", false)})
	must(t, err)
	s.Set(one)
	for range 2 {
		c := newClient("1.2.3.4:1", "", true, time.Now())
		c.known, c.id = true, "x"
		s.fleet.add(c)
		s.found(c, s.fleet.turn.Load(), true)
	}
}
