package xds

import (
	"log/slog"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// setFilter serves a listener that names the filter f with some content; "" for none.
func setFilter(t *testing.T, s *Server, content string) {
	t.Helper()
	listener := Resource{Message: &listenerv3.Listener{Name: "l"}}
	resources := []Resource{{Message: &clusterv3.Cluster{Name: "c"}}}
	if content != "" {
		listener.Message = &listenerv3.Listener{Name: "l", StatPrefix: "names-f"}
		listener.Needs = []Ref{{ecds, "f"}}
		listener.Fit = func(func(Ref) bool) proto.Message { return &listenerv3.Listener{Name: "l"} }
		resources = append(resources, Resource{Message: &corev3.TypedExtensionConfig{Name: "f", TypedConfig: &anypb.Any{TypeUrl: content}}})
	}
	snapshot, err := NewSnapshot(append(resources, listener))
	must(t, err)
	s.Set(snapshot)
}

// A filter that was taken out comes back with other content, while the Envoy still has the old
// one: the listener that names it again waits until the content is there.
func TestAFilterThatComesBackIsFirstUpdated(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		setFilter(t, s, "1")
		c := connect()
		join(c, "f")
		eventually(t, "live", func() bool { return node(s).Live })
		setFilter(t, s, "")
		c.answer(expect(t, c, lds, []string{"l"}), "")
		eventually(t, "live", func() bool { return node(s).Live })

		setFilter(t, s, "2")
		c.answer(expect(t, c, ecds, []string{"f"}), "")
		c.answer(expect(t, c, lds, []string{"l"}), "")
		eventually(t, "live", func() bool { return node(s).Live })
	})
}

// A state-of-the-world Envoy comes back with routes that nobody here knows: those that follow wait
// for their clusters all the same.
func TestUnknownRoutesWaitForClusters(t *testing.T) {
	s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
	address := start(t, s)
	setRoute(t, s, "a")
	c := openSotW(t, dial(t, address))
	c.ask(cds, &received{version: hashVersions(s.Snapshot().versions(cds))})
	c.ask(rds, &received{version: "nobody knows"}, "r")
	c.answer(expect(t, c, rds, []string{"r"}), "")
	eventually(t, "live", func() bool { return node(s).Live })
	setRoute(t, s, "a", "b")
	clusters := expect(t, c, cds, []string{"b", "a"})
	if r := resourceOf(node(s), rds); r.Sent == r.Served {
		t.Error("the routes are sent before the clusters are acknowledged")
	}
	c.answer(clusters, "")
	c.answer(expect(t, c, rds, []string{"r"}), "")
	eventually(t, "live", func() bool { return node(s).Live })
}

// The listener waits for that as long as it takes: an Envoy that does not answer about a filter is
// behind a path that is stuck, and takes all that was sent at once when it comes free.
func TestAFilterThatComesBackWhileThePathIsStuck(t *testing.T) {
	play(t, [][2]string{{"sotw:stuck", `
		serve lds l=1(f) | ecds f=1 g=1
		join lds
		join ecds f g
		serve lds l=2 | ecds f=1 g=1
		> lds l=2
		ack
		serve lds l=2 | ecds f=1 g=2
		> ecds g=2
		serve lds l=3(f) | ecds f=2 g=2
		wait 20s
		dead
		ack
		> ecds f=2
		ack
		> lds l=3(f)
		ack
		live
	`}})
}
