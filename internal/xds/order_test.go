package xds

import (
	"log/slog"
	"slices"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

const rds = resourcev3.RouteType

// setRoute serves clusters and the route called r, which refers to them.
func setRoute(t *testing.T, s *Server, clusters ...string) (behind int) {
	t.Helper()
	var resources []proto.Message
	for _, name := range clusters {
		resources = append(resources, &clusterv3.Cluster{Name: name})
	}
	snapshot, err := NewSnapshot(append(resources, &routev3.RouteConfiguration{Name: "r", InternalOnlyHeaders: clusters}))
	must(t, err)
	behind = s.Behind(snapshot)
	s.Set(snapshot)
	return behind
}

// expect receives a response of a type with these resources and without those removed.
func expect(t *testing.T, c client, typeURL string, names []string, removed ...string) received {
	t.Helper()
	r := c.recv()
	if _, full := c.(*sotwClient); full {
		removed = nil
	}
	if r.typeURL != typeURL || !slices.Equal(r.names, names) || !slices.Equal(r.removed, removed) {
		t.Fatalf("got %+v, want %s %q without %q", r, typeURL, names, removed)
	}
	return r
}

// has chooses what a response holds: delta has what changed, state of the world has all.
func has(c client, changed, all []string) []string {
	if _, full := c.(*sotwClient); full {
		return all
	}
	return changed
}

// New clusters, routes, old clusters: each waits until the one before is acknowledged.
func TestRoutesComeBetweenNewAndOldClusters(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() client) {
		setRoute(t, s, "a", "b")
		c := connect()
		c.ask(cds, nil)
		c.answer(expect(t, c, cds, []string{"a", "b"}), "")
		c.ask(rds, nil, "r")
		c.answer(expect(t, c, rds, []string{"r"}), "")
		eventually(t, "live", func() bool { return node(s).Live })

		behind := setRoute(t, s, "b", "c")
		clusters := expect(t, c, cds, has(c, []string{"c"}, []string{"b", "c", "a"}))
		if len(resourceOf(node(s), rds).Sent) > 0 && resourceOf(node(s), rds).Sent == resourceOf(node(s), rds).Served {
			t.Error("the routes are sent before the clusters are acknowledged")
		}
		c.answer(clusters, "")
		routes := expect(t, c, rds, []string{"r"})
		if node(s).Live {
			t.Error("live before the routes are acknowledged")
		}
		c.answer(routes, "")
		last := expect(t, c, cds, has(c, nil, []string{"b", "c"}), "a")
		if node(s).Live {
			t.Error("live before the old cluster is gone")
		}
		c.answer(last, "")
		eventually(t, "live", func() bool { return node(s).Live })
		if behind != 3 {
			t.Errorf("%d answers were expected of 3", behind)
		}
	})
}

// joinRoute connects a client that takes clusters and the route.
func joinRoute(c client) {
	c.ask(cds, nil)
	c.answer(c.recv(), "")
	c.ask(rds, nil, "r")
	c.answer(c.recv(), "")
}

// What was not acknowledged holds nothing up for ever: a refusal is an answer too.
func TestRoutesFollowRefusedClusters(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() client) {
		setRoute(t, s, "a")
		c := connect()
		joinRoute(c)
		setRoute(t, s, "a", "b")
		c.answer(expect(t, c, cds, has(c, []string{"b"}, []string{"a", "b"})), "no")
		c.answer(expect(t, c, rds, []string{"r"}), "")
	})
}

// While routes wait for clusters, a newer edit takes their place.
func TestRoutesThatWaitAreTheNewest(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() client) {
		setRoute(t, s, "a")
		c := connect()
		joinRoute(c)
		setRoute(t, s, "a", "b")
		first := expect(t, c, cds, has(c, []string{"b"}, []string{"a", "b"}))
		setRoute(t, s, "a", "b", "c")
		c.answer(first, "")
		c.answer(expect(t, c, cds, has(c, []string{"c"}, []string{"a", "b", "c"})), "")
		c.answer(expect(t, c, rds, []string{"r"}), "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

// A stream that has gone leaves nothing behind.
func TestStreamsAreForgotten(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() client) {
		setRoute(t, s, "a")
		c := connect()
		c.ask(cds, nil)
		c.recv()
		c.ask(rds, nil, "r")
		switch c := c.(type) {
		case *deltaClient:
			must(t, c.stream.CloseSend())
		case *sotwClient:
			must(t, c.stream.CloseSend())
		}
		eventually(t, "nothing is kept", func() bool {
			s.cache.mu.Lock()
			defer s.cache.mu.Unlock()
			return len(s.cache.streams) == 0
		})
	})
}

// The same order holds where the server was away while the config changed: an Envoy that
// comes back keeps its old clusters until it has the new routes.
func TestOldClustersGoLastAfterAReconnect(t *testing.T) {
	s := New(slog.New(slog.DiscardHandler), func(Event) {})
	c := openDelta(t, dial(t, start(t, s)))
	setRoute(t, s, "b", "c")
	c.held["clusters"] = map[string]string{"a": "1", "b": s.cache.get().versions(cds, nil)["b"]}
	c.held["routes"] = map[string]string{"r": "1"}
	c.ask(cds, &received{version: "clusters"})
	c.ask(rds, &received{version: "routes"}, "r")
	c.answer(expect(t, c, cds, []string{"c"}), "")
	c.answer(expect(t, c, rds, []string{"r"}), "")
	c.answer(expect(t, c, cds, nil, "a"), "")
	eventually(t, "live", func() bool { return node(s).Live })
}
