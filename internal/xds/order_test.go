package xds

import (
	"slices"
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

const rds = resourcev3.RouteType

// setRoute serves clusters and the route called r, which refers to them.
func setRoute(t *testing.T, s *Server, clusters ...string) {
	t.Helper()
	var resources []Resource
	route := func(clusters []string) *routev3.RouteConfiguration {
		return &routev3.RouteConfiguration{Name: "r", InternalOnlyHeaders: clusters}
	}
	r := Resource{Message: route(clusters)}
	for _, name := range clusters {
		resources = append(resources, Resource{Message: &clusterv3.Cluster{Name: name}})
		r.Needs = append(r.Needs, Ref{cds, name})
	}
	r.Fit = func(has func(Ref) bool) proto.Message {
		var some []string
		for _, name := range clusters {
			if has(Ref{cds, name}) {
				some = append(some, name)
			}
		}
		return route(some)
	}
	snapshot, err := NewSnapshot(append(resources, r))
	must(t, err)
	s.Set(snapshot)
}

// expect receives a response of a type with these resources and without those removed.
func expect(t *testing.T, c envoy, typeURL string, names []string, removed ...string) received {
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

// only chooses what a response has: delta has what changed, state of the world has all.
func only(c envoy, changed, all []string) []string {
	if _, full := c.(*sotwClient); full {
		return all
	}
	return changed
}

// joinRoute connects an Envoy that takes clusters and the route.
func joinRoute(t *testing.T, c envoy, clusters ...string) {
	c.ask(cds, nil)
	c.answer(expect(t, c, cds, nil), "")
	c.answer(expect(t, c, cds, clusters), "")
	c.ask(rds, nil, "r")
	c.answer(expect(t, c, rds, []string{"r"}), "")
}

// New clusters, routes, old clusters: each waits until the one before is acknowledged.
func TestRoutesComeBetweenNewAndOldClusters(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setRoute(t, s, "a", "b")
		c := connect()
		joinRoute(t, c, "a", "b")
		eventually(t, "live", func() bool { return node(s).Live })

		setRoute(t, s, "b", "c")
		clusters := expect(t, c, cds, only(c, []string{"c"}, []string{"c", "a", "b"}))
		if r := resourceOf(node(s), rds); r.Sent == r.Served {
			t.Error("the routes are sent before the clusters are acknowledged")
		}
		c.answer(clusters, "")
		routes := expect(t, c, rds, []string{"r"})
		if node(s).Live {
			t.Error("live before the routes are acknowledged")
		}
		c.answer(routes, "")
		last := expect(t, c, cds, only(c, nil, []string{"b", "c"}), "a")
		if node(s).Live {
			t.Error("live before the old cluster is gone")
		}
		c.answer(last, "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

// A cluster that Envoy refused gets no route, and the others do.
func TestNoRouteToARefusedCluster(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setRoute(t, s, "a")
		c := connect()
		joinRoute(t, c, "a")
		setRoute(t, s, "a", "b")
		c.answer(expect(t, c, cds, only(c, []string{"b"}, []string{"b", "a"})), "no")
		eventually(t, "refused", func() bool { return resourceOf(node(s), cds).Refused })
		setRoute(t, s, "a", "b", "c")
		c.answer(expect(t, c, cds, only(c, []string{"c"}, []string{"c", "a"})), "")
		r := expect(t, c, rds, []string{"r"})
		c.answer(r, "")
		var routes []string
		eventually(t, "routed", func() bool {
			for _, x := range connected(s) {
				routes = append(routes, resourceOf(x, rds).Acked)
			}
			return resourceOf(node(s), rds).Acked == r.version
		})
		if n := node(s); n.Live || resourceOf(n, rds).Acked == resourceOf(n, rds).Served || !resourceOf(n, cds).Refused {
			t.Errorf("%+v, %v", n, routes)
		}
		if err := resourceOf(node(s), rds).Error; err == nil || *err != "r goes without upstream b, which this Envoy refused" {
			t.Errorf("status does not say why: %v", err)
		}
	})
}

// While routes wait for clusters, a newer edit takes their place.
func TestRoutesThatWaitAreTheNewest(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setRoute(t, s, "a")
		c := connect()
		joinRoute(t, c, "a")
		setRoute(t, s, "a", "b")
		first := expect(t, c, cds, only(c, []string{"b"}, []string{"b", "a"}))
		setRoute(t, s, "a", "b", "c")
		second := expect(t, c, cds, only(c, []string{"c"}, []string{"c", "a", "b"})) // not held up by the first
		c.answer(first, "")
		c.answer(second, "")
		c.answer(expect(t, c, rds, []string{"r"}), "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

// A stream that has gone leaves nothing behind but a memory of the Envoy.
func TestStreamsAreForgotten(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setRoute(t, s, "a")
		c := connect()
		c.ask(cds, nil)
		c.recv()
		hangUp(t, c)
		eventually(t, "nothing is kept", func() bool {
			clients, gone := s.fleet.all(time.Now())
			return len(clients) == 0 && len(gone) == 1
		})
	})
}

func hangUp(t *testing.T, c envoy) {
	switch c := c.(type) {
	case *deltaClient:
		must(t, c.stream.CloseSend())
	case *sotwClient:
		must(t, c.stream.CloseSend())
	}
}
