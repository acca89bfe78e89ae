package xds

import (
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// setMoving serves the filter f in the chain of the cluster or in that of the listener.
func setMoving(t *testing.T, s *Server, inCluster bool) {
	t.Helper()
	cluster := Resource{Message: &clusterv3.Cluster{Name: "c"}}
	listener := Resource{Message: &listenerv3.Listener{Name: "l"}}
	name := "f"
	if inCluster {
		name = "f/upstream"
		cluster = Resource{Message: &clusterv3.Cluster{Name: "c", AltStatName: "with-f"}, Needs: []Ref{{ecds, name}}}
	} else {
		cluster.Waits = []Wait{{Old: Ref{ecds, "f/upstream"}, By: lds, New: Ref{ecds, name}}}
		listener = Resource{Message: &listenerv3.Listener{Name: "l", StatPrefix: "with-f"}, Needs: []Ref{{ecds, name}}}
	}
	filter := Resource{
		Message: &corev3.TypedExtensionConfig{Name: name, TypedConfig: &anypb.Any{TypeUrl: "1"}},
		Trial:   &listenerv3.Listener{Name: "try/" + name},
	}
	snapshot, err := NewSnapshot([]Resource{cluster, listener, filter})
	must(t, err)
	s.Set(snapshot)
}

// A filter that moves from the cluster to the listener leaves the cluster only once the listener
// has it: no request goes past it in between.
func TestAFilterStaysUntilItIsElsewhere(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setMoving(t, s, true)
		c := connect()
		join(c, "f/upstream")
		eventually(t, "live", func() bool { return node(s).Live })

		setMoving(t, s, false)
		c.answer(expect(t, c, lds, only(c, []string{"try/f"}, []string{"try/f", "l"})), "")
		c.ask(ecds, nil, "f", "f/upstream")
		c.answer(expect(t, c, ecds, []string{"f"}), "")
		listener := expect(t, c, lds, only(c, []string{"l"}, []string{"l", "try/f"}))
		c.answer(listener, "")
		for range 2 { // the trial goes as well, in either order
			r := c.recv()
			if r.typeURL != cds && r.typeURL != lds {
				t.Fatalf("got %+v", r)
			}
			c.answer(r, "")
		}
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

// A filter that moves from the listener to the clusters leaves the listener only once all of them
// that take traffic have it, and other edits of the listener do not wait for that.
func TestAFilterStaysInTheListener(t *testing.T) {
	const moves = `
		serve cds a=1 b=1 | lds l=1(f) | ecds f=1 g=1
		join cds
		join lds
		join ecds f g
		live
		serve cds a=2(u) b=2(u) c=1(u) | lds l=2~f>u(g) | ecds f=1 g=1 u=1
		> cds a=2(u) b=2(u) c=1(u)
		> lds l=2(g)~f
		dead
		ask ecds u
		> ecds u=1
		ack 8
		ack 7
	`
	play(t, [][2]string{
		{"delta:all at once", moves + `
			dead
			ack 6
			> lds l=2(g)
			ack
			live
		`},
		{"delta:one cluster refused", moves + `
			nack 6
			> cds a=2(u)
			ack
			> cds b=2(u)
			nack
			> cds c=1(u)
			ack
			dead
			wait 4s
			> cds b=2(u)
			ack
			> lds l=2(g)
			ack
			live
		`},
		{"delta:a new one has it from the start", `
			serve cds a=2(u) | lds l=2~f>u(g) | ecds f=1 g=1 u=1
			join cds
			join lds
			join ecds g u
			live
		`},
		{"delta:it comes back with the old listener", `
			serve cds a=1 | lds l=1(f) | ecds f=1 g=1
			serve cds a=2(u) | lds l=2~f>u(g) | ecds f=1 g=1 u=1
			come lds | l=1(f)
			> lds l=2(g)~f
			come cds | a=1
			> cds a=2(u)
		`},
	})
}

// Routes that serve a filter in the clusters stay as they are until no cluster names it, but for
// one that goes when they have changed, or that the client refuses to have without it.
func TestRoutesStayForAFilter(t *testing.T) {
	const moves = `
		serve cds a=1(f) b=1(f) gone=1(f) | rds r=1(a,b,gone) | ecds f=1
		join cds
		join rds r
		join ecds f
		live
		serve cds a=2 b=2 | rds r=2~f(a,b) | ecds f=1
		> cds a=2 b=2
	`
	play(t, [][2]string{
		{"delta:taken", moves + `
			dead
			ack
			> rds r=2(a,b)
			ack
			> cds -gone
			ack
			live
		`},
		{"delta:refused", moves + `
			nack
			> cds a=2
			nack
			> cds b=2
			> rds r=2(a,b)
		`},
	})
}
