package xds

import (
	"log/slog"
	"slices"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionv3 "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

func TestClustersComeBeforeListeners(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		names := []string{"x", "y"}
		set(t, s, "x", "x", nil)
		c := connect()
		join(c)
		for i := range 200 {
			set(t, s, names[i%2]+"2", names[i%2]+"2", nil)
			first, second := c.recv(), c.recv()
			if first.typeURL != cds || second.typeURL != lds {
				t.Fatalf("push %d: %s before %s", i, first.typeURL, second.typeURL)
			}
			c.answer(first, "")
			c.answer(second, "")
		}
	})
}

func TestAFilterThatIsGoneIsLeftWithItsUsers(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", map[string]string{"f": "1", "g": "1"})
		c := connect()
		join(c, "f", "g")
		eventually(t, "live", func() bool { return node(s).Live })
		set(t, s, "a", "b", map[string]string{"f": "1"})
		r := c.recv()
		if r.typeURL != lds {
			t.Fatalf("got %+v, want the listener only", r)
		}
		c.answer(r, "")
		// The old listener drains and still asks for g: the node is live all the same.
		eventually(t, "live", func() bool { return node(s).Live })
		set(t, s, "a", "b", map[string]string{"f": "2"})
		if r = c.recv(); r.typeURL != ecds || !slices.Equal(r.names, []string{"f"}) || r.removed != nil {
			t.Errorf("got %+v, want f alone", r)
		}
	})
}

func TestUnknownTypesAreNotAnswered(t *testing.T) {
	protocols(t, func(t *testing.T, s *Server, connect func() envoy) {
		set(t, s, "a", "a", nil)
		c := connect()
		for i := range 100 { // more than any queue of go-control-plane's holds
			c.ask(resourcev3.RuntimeType+string(rune('a'+i%26))+string(rune('a'+i/26)), nil)
		}
		c.ask(cds, nil)
		if r := c.recv(); r.typeURL != cds {
			t.Errorf("got %+v", r)
		}
		c.answer(received{typeURL: cds, nonce: "1"}, "")
		set(t, s, "b", "a", nil)
		c.recv()
	})
}

func TestExtensionConfigsAreServedOnTheirOwn(t *testing.T) {
	sidecar := &corev3.Node{Id: "sidecar"}
	for name, take := range map[string]func(*testing.T, extensionv3.ExtensionConfigDiscoveryServiceClient){
		"delta": func(t *testing.T, c extensionv3.ExtensionConfigDiscoveryServiceClient) {
			stream, err := c.DeltaExtensionConfigs(t.Context())
			must(t, err)
			must(t, stream.Send(&discoveryv3.DeltaDiscoveryRequest{Node: sidecar, ResourceNamesSubscribe: []string{"f"}}))
			r, err := stream.Recv()
			must(t, err)
			must(t, stream.Send(&discoveryv3.DeltaDiscoveryRequest{ResponseNonce: r.GetNonce()}))
		},
		"sotw": func(t *testing.T, c extensionv3.ExtensionConfigDiscoveryServiceClient) {
			stream, err := c.StreamExtensionConfigs(t.Context())
			must(t, err)
			must(t, stream.Send(&discoveryv3.DiscoveryRequest{Node: sidecar, ResourceNames: []string{"f"}}))
			r, err := stream.Recv()
			must(t, err)
			must(t, stream.Send(&discoveryv3.DiscoveryRequest{ResourceNames: []string{"f"}, ResponseNonce: r.GetNonce(), VersionInfo: r.GetVersionInfo()}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := still(New(slog.New(slog.DiscardHandler), Options{}, func(Event) {}))
			set(t, s, "a", "a", map[string]string{"f": "1"})
			take(t, extensionv3.NewExtensionConfigDiscoveryServiceClient(dial(t, start(t, s))))
			eventually(t, "live", func() bool { return node(s).ID == "sidecar" && node(s).Live })
		})
	}
}
