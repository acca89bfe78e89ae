package xds

import (
	"log/slog"
	"sync/atomic"
	"testing"

	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
)

// One client in many refuses everything: it gets each version once, and the others are as
// live as ever.
func TestOneHostileClient(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "0"})
		hostile := connect()
		join(hostile, "f")
		good := make([]envoy, 20)
		for i := range good {
			good[i] = connect()
			join(good[i], "f")
		}
		for edit := range 20 {
			want := set(t, s, "a", "a", map[string]string{"f": string(rune('a' + edit))})
			version := hashVersions(want.versions(ecds))
			// A version sent twice would be met here in the next one's place.
			r := hostile.recv()
			if r.version != version {
				t.Fatalf("edit %d: the hostile client got %s, want %s", edit, r.version, version)
			}
			hostile.answer(r, "no")
			for _, c := range good {
				c.answer(c.recv(), "")
			}
			eventually(t, "all the others are live", func() bool {
				live, refused := 0, 0
				for _, n := range connected(s) {
					if n.Live {
						live++
					} else if resourceOf(n, ecds).Refused {
						refused++
					}
				}
				return live == len(good) && refused == 1
			})
		}
	})
}

func TestEventsTellWhatHappened(t *testing.T) {
	var counts [Live + 1]atomic.Int32
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(e Event) { counts[e.Kind].Add(1) }))
	address := start(t, s)
	set(t, s, "a", "a", map[string]string{"f": "1"})
	c := openDelta(t, dial(t, address))
	join(c, "f")
	eventually(t, "live", func() bool { return counts[Live].Load() == 1 })
	set(t, s, "a", "a", map[string]string{"f": "2"})
	c.answer(c.recv(), "no")
	eventually(t, "one refusal of five responses", func() bool {
		return counts[Connected].Load() == 1 && counts[Sent].Load() == 5 && counts[Acked].Load() == 4 && counts[Refused].Load() == 1
	})
	if counts[Live].Load() != 1 {
		t.Error("what was refused is live")
	}
}

// The first filter of an Envoy that runs already is an update; what it starts with is none,
// nor is what it had before.
func TestWhatIsAnUpdate(t *testing.T) {
	var updates atomic.Int32
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(e Event) {
		if e.Kind == Sent && e.Update {
			updates.Add(1)
		}
	}))
	address := start(t, s)
	set(t, s, "a", "a", nil)
	c := openDelta(t, dial(t, address))
	join(c)
	eventually(t, "live", func() bool { return node(s).Live })
	if n := updates.Load(); n != 0 {
		t.Errorf("%d updates while it starts", n)
	}
	set(t, s, "a", "a", map[string]string{"f": "1"})
	c.ask(ecds, nil, "f")
	had := c.recv()
	c.answer(had, "no")
	eventually(t, "one update", func() bool { return updates.Load() == 1 && resourceOf(node(s), ecds).Refused })
	again := openDelta(t, dial(t, address))
	again.held = map[string]map[string]string{"x": {"l": s.Snapshot().versions(lds)["l"]}}
	again.ask(lds, &received{version: "x"})
	again.ask(ecds, nil, "f")
	again.recv()
	if n := updates.Load(); n != 2 {
		t.Errorf("%d updates with one that came back", n)
	}
}

// Envoy's own tools can ask who runs what.
func TestClientStatus(t *testing.T) {
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
	address := start(t, s)
	set(t, s, "a", "a", map[string]string{"f": "1"})
	c := openDelta(t, dial(t, address))
	join(c, "f")
	set(t, s, "a", "a", map[string]string{"f": "2"})
	c.answer(c.recv(), "no such thing")
	eventually(t, "refused", func() bool { return resourceOf(node(s), ecds).Refused })

	stream, err := statusv3.NewClientStatusDiscoveryServiceClient(dial(t, address)).StreamClientStatus(t.Context())
	must(t, err)
	must(t, stream.Send(&statusv3.ClientStatusRequest{}))
	resp, err := stream.Recv()
	must(t, err)
	if len(resp.GetConfig()) != 1 || resp.GetConfig()[0].GetNode().GetId() != "envoy" {
		t.Fatalf("got %v", resp)
	}
	want := map[string]string{cds: "SYNCED ACKED ", lds: "SYNCED ACKED ", ecds: "ERROR NACKED no such thing"}
	for _, x := range resp.GetConfig()[0].GetGenericXdsConfigs() {
		got := x.GetConfigStatus().String() + " " + x.GetClientStatus().String() + " " + x.GetErrorState().GetDetails()
		if got != want[x.GetTypeUrl()] {
			t.Errorf("%s: %s, want %s", x.GetTypeUrl(), got, want[x.GetTypeUrl()])
		}
	}
}
