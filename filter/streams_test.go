package main

import (
	"math/rand/v2"
	"testing"

	"github.com/livefilter/livefilter/filter/internal/pool"
)

// TestStreams does what Envoy does, ids in order, ends in any order, beside a map.
func TestStreams(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var s streams
	want := map[uint32]*ruleset{}
	var open []uint32
	id := uint32(0)
	for range 20000 {
		if busy := len(open) > 0 && random.IntN(200) < len(open); busy {
			i := random.IntN(len(open))
			ended := open[i]
			open[i] = open[len(open)-1]
			open = open[:len(open)-1]
			if !s.delete(ended) || s.delete(ended) {
				t.Fatalf("stream %d is not deleted once", ended)
			}
			delete(want, ended)
		} else {
			id += uint32(1 + random.IntN(100)) // some go to other plugins, some leave early
			want[id] = &ruleset{}
			s.add(id, want[id]).chosen[0] = pool.Choice(id)
			open = append(open, id)
		}
		if s.used != len(want) {
			t.Fatalf("%d are used of %d", s.used, len(want))
		}
	}
	for id, rules := range want {
		if c := s.get(id); c == nil || c.rules != rules || c.chosen[0] != pool.Choice(id) {
			t.Errorf("stream %d is %+v", id, c)
		}
	}
	if s.get(id+1) != nil {
		t.Error("a stream that is not there is found")
	}
	if len(s.slots) > 1024 {
		t.Errorf("%d slots for never more than 200 streams", len(s.slots))
	}
}

func TestStreamsStartClean(t *testing.T) {
	var s streams
	if s.get(1) != nil || s.delete(1) {
		t.Error("an empty table has a stream")
	}
	s.add(1, nil).chosen[3] = 7
	s.delete(1)
	if got := *s.add(1, nil); got != (httpContext{}) {
		t.Errorf("a new stream begins as %+v", got)
	}
}

// TestLongStreams: streams that stay, far apart, make others look further, never fail.
func TestLongStreams(t *testing.T) {
	var s streams
	for id := uint32(64); id < 1<<20; id += 1 << 12 {
		s.add(id, nil)
	}
	for id := uint32(1 << 20); id < 1<<20+5000; id++ {
		s.add(id, nil)
		if s.get(id) == nil || !s.delete(id) {
			t.Fatal("lost", id)
		}
	}
}
