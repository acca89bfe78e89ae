package xds

import (
	"slices"
	"testing"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	cds  = resourcev3.ClusterType
	lds  = resourcev3.ListenerType
	ecds = resourcev3.ExtensionConfigType
)

// join connects a client that takes everything and is live.
func join(c envoy, filters ...string) (last received) {
	c.ask(cds, nil)
	c.answer(c.recv(), "") // nothing, so that its start waits for no cluster
	c.answer(c.recv(), "")
	c.ask(lds, nil)
	c.answer(c.recv(), "")
	if len(filters) > 0 {
		c.ask(ecds, nil, filters...)
		for range filters { // each in a response of its own
			last = c.recv()
			c.answer(last, "")
		}
	}
	return last
}

// connected are the Envoys that are.
func connected(s *Server) []Node {
	f := s.Fleet()
	return f.Nodes[:f.Connected]
}

// node returns the only connected Envoy.
func node(s *Server) Node {
	if nodes := connected(s); len(nodes) == 1 {
		return nodes[0]
	}
	return Node{}
}

func resourceOf(n Node, typeURL string) TypeStatus {
	i := slices.IndexFunc(n.Resources, func(r TypeStatus) bool { return r.TypeURL == typeURL })
	if i < 0 {
		return TypeStatus{}
	}
	return n.Resources[i]
}

func TestAnEditSendsWhatItChanges(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1"})
		c := connect()
		join(c, "f")
		eventually(t, "live", func() bool { return node(s).Live })

		set(t, s, "a", "a", map[string]string{"f": "2"})
		if node(s).Live {
			t.Error("live before the new filter was acknowledged")
		}
		r := c.recv()
		if r.typeURL != ecds || !slices.Equal(r.names, []string{"f"}) {
			t.Errorf("got %+v, want the filter", r)
		}
		c.answer(r, "")
		eventually(t, "live again", func() bool { return node(s).Live })
	})
}

func TestNoLifeBeforeTheFilter(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1"})
		join(connect())
		eventually(t, "listener acknowledged", func() bool { return resourceOf(node(s), lds).Acked != "" })
		if n := node(s); n.Live {
			t.Errorf("live without its filter: %+v", n)
		}
	})
}

func TestARefusedResourceIsNotSentAgain(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1"})
		c := connect()
		good := join(c, "f")
		set(t, s, "a", "a", map[string]string{"f": "2"})
		bad := c.recv()
		c.answer(bad, "no such thing")
		eventually(t, "the refusal is known", func() bool { return resourceOf(node(s), ecds).Refused })
		r := resourceOf(node(s), ecds)
		if *r.Error != "no such thing" || r.Sent != bad.version || r.Acked != good.version || node(s).Live {
			t.Errorf("got %+v", r)
		}
		// Had anything been sent in between, it would come before this.
		want := set(t, s, "a", "a", map[string]string{"f": "3"})
		next := c.recv()
		if next.typeURL != ecds || next.version != hashVersions(want.versions(ecds)) {
			t.Errorf("got %+v, want version 3", next)
		}
		c.answer(next, "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

func TestARestartSendsNothing(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1"})
		c := connect()
		had := join(c, "f")
		again := connect() // as good as a new server: nothing is kept but refusals
		if d, ok := again.(*deltaClient); ok {
			d.held = c.(*deltaClient).held
		}
		again.ask(ecds, &had, "f")
		eventually(t, "both are live for the filter", func() bool {
			nodes := connected(s)
			return len(nodes) == 2 && isHeld(nodes[0]) && isHeld(nodes[1])
		})
		want := set(t, s, "a", "a", map[string]string{"f": "2"})
		if next := again.recv(); next.version != hashVersions(want.versions(ecds)) {
			t.Errorf("what it had was sent again: %+v", next)
		}
	})
}

// A refusal of one resource is not forgotten when another of its type is acknowledged.
func TestRefusalOutlivesOtherEdits(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1", "g": "1"})
		c := connect()
		join(c, "f", "g")
		eventually(t, "live", func() bool { return node(s).Live })
		set(t, s, "a", "a", map[string]string{"f": "2", "g": "1"})
		c.answer(c.recv(), "no")
		eventually(t, "refused", func() bool { return resourceOf(node(s), ecds).Refused })
		set(t, s, "a", "a", map[string]string{"f": "2", "g": "2"})
		r := c.recv()
		if slices.Contains(r.names, "f") {
			c.answer(r, "no")
		} else {
			c.answer(r, "")
		}
		set(t, s, "b", "a", map[string]string{"f": "2", "g": "2"}) // its answer comes after that one
		c.answer(c.recv(), "")
		eventually(t, "cluster", func() bool { n := resourceOf(node(s), cds); return n.Acked == n.Served })
		if node(s).Live {
			t.Errorf("live with a resource that was refused: %+v", resourceOf(node(s), ecds))
		}
	})
}

func isHeld(n Node) bool { r := resourceOf(n, ecds); return r.Error == nil && r.Acked == r.Served }

// After Retry what an Envoy said before is no answer: whoever waits for one gets the next.
func TestARetryWaitsForAnAnswer(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", nil)
		c := connect()
		join(c)
		set(t, s, "a", "b", nil)
		for range 2 {
			c.answer(c.recv(), "port in use")
			eventually(t, "refused", func() bool { return resourceOf(node(s), lds).Refused })
			s.Retry()
			if r := resourceOf(node(s), lds); r.Refused {
				t.Errorf("refused before it answered: %+v", r)
			}
		}
		c.answer(c.recv(), "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}
