package live

import (
	"testing"
	"testing/synctest"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// An Envoy that takes the state of the world keeps its clusters over a restart into a config
// with others: its routes still lead to them.
func TestAStartKnowsWhatEnvoysHave(t *testing.T) {
	with, _ := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, "filters: []\nupstreams: [{name: old, host: there.example, port: 80}]\n", with)
		s.connect("a")
		s.live(1)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		version := ""
		for _, r := range s.Status().Nodes[0].Resources {
			if r.TypeURL == cds {
				version = r.Acked
			}
		}
		must(t, s.end())

		again := start(t, "filters: []\nupstreams: [{name: new, host: there.example, port: 80}]\n", with)
		stream := openStream(t, again.lis)
		must(t, stream.Send(&discoveryv3.DiscoveryRequest{Node: &corev3.Node{Id: "a"}, TypeUrl: cds, VersionInfo: version}))
		r, err := stream.Recv()
		must(t, err)
		if r.GetTypeUrl() != cds || len(r.GetResources()) != 2 {
			t.Errorf("%d resources of %s, want the clusters old and new", len(r.GetResources()), r.GetTypeUrl())
		}
	})
}
