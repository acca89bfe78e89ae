package xds

import (
	"log/slog"
	"maps"
	"testing"
)

// TestRejectedAcrossStreams: an Envoy that comes back is sent again what it refused, among
// other things, and acknowledges it unseen.
func TestRejectedAcrossStreams(t *testing.T) {
	for held, live := range map[string]bool{"the same Envoy": false, "a new one": true} {
		t.Run(held, func(t *testing.T) {
			s := New(slog.New(slog.DiscardHandler), func(Event) {})
			address := start(t, s)
			set(t, s, "a", "a", map[string]string{"f": "1", "g": "1"})
			first := openDelta(t, dial(t, address))
			join(first, "f", "g")
			before := s.cache.get().versions(ecds, nil)
			set(t, s, "a", "a", map[string]string{"f": "2", "g": "1"})
			first.answer(first.recv(), "no")
			eventually(t, "refused", func() bool { return resourceOf(node(s), ecds).Refused })
			must(t, first.stream.CloseSend())
			eventually(t, "gone", func() bool { return len(s.Nodes()) == 0 })
			set(t, s, "a", "a", map[string]string{"f": "2", "g": "2"})

			second := openDelta(t, dial(t, address))
			second.held["before"] = before
			second.ask(cds, nil)
			second.answer(second.recv(), "")
			second.ask(lds, nil)
			second.answer(second.recv(), "")
			if live {
				second.ask(ecds, nil, "f", "g")
			} else {
				second.ask(ecds, &received{version: "before"}, "f", "g")
			}
			second.answer(second.recv(), "")
			set(t, s, "b", "a", map[string]string{"f": "2", "g": "2"}) // its answer comes after that one
			second.answer(second.recv(), "")
			eventually(t, "cluster", func() bool { n := resourceOf(node(s), cds); return n.Acked == n.Served })
			if node(s).Live != live {
				t.Errorf("live: %t, %+v", node(s).Live, resourceOf(node(s), ecds))
			}
		})
	}
}

func TestRejectedWith(t *testing.T) {
	held, offered := map[string]string{"upstream.1": "1"}, map[string]string{"upstream.1": "1", "upstream.2": "2", "upstream.10": "2"}
	for words, want := range map[string]rejected{
		"Error adding/updating cluster(s) upstream.10: no": {"old": "1", "upstream.10": "2"},
		"upstream.1: it did not change":                    {"old": "1", "upstream.2": "2", "upstream.10": "2"},
		"no":                                               {"old": "1", "upstream.2": "2", "upstream.10": "2"},
	} {
		if got := (rejected{"old": "1"}).with(held, offered, words); !maps.Equal(got, want) {
			t.Errorf("%s: %v", words, got)
		}
	}
}
