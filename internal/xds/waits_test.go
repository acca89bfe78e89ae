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
		cluster.Waits = []Wait{{Ref{ecds, "f/upstream"}, lds, Ref{ecds, name}}}
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
