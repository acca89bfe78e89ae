package static

import (
	"os"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// build has a filter in the listener's chain and one in the cluster's.
func build(t *testing.T) []proto.Message {
	t.Helper()
	const file = `
filters:
  - {name: a, headers: [{name: x-a, values: [b]}]}
  - {name: r, headers: [{name: x-r, values: [b, c]}], retry: {on: [429], tries: 3}}
listener: {tls: {cert: server.crt, key: server.key}}
upstreams: [{name: u, host: u.example, port: 443, tls: {cert: server.crt, key: server.key}}]
`
	c, err := config.Parse("x.yaml", []byte(file), func(path string) ([]byte, error) {
		return os.ReadFile("../../config/testdata/files/" + path)
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := snapshot.Build(c)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Nothing is left that an Envoy without a server could not have.
func TestBootstrap(t *testing.T) {
	all := build(t)
	before := make([]proto.Message, len(all))
	for i, r := range all {
		before[i] = proto.Clone(r)
	}
	b, err := Bootstrap(all)
	if err != nil {
		t.Fatal(err)
	}
	text, err := protojson.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, discovery := range []string{`"ads"`, "configDiscovery", `"rds"`} {
		if strings.Contains(string(text), discovery) {
			t.Errorf("%s is in %s", discovery, text)
		}
	}
	if n := strings.Count(string(text), "envoy.wasm.runtime.v8"); n != 2 {
		t.Errorf("%d filters, want 2: %s", n, text)
	}
	if d := cmp.Diff(before, all, protocmp.Transform()); d != "" {
		t.Errorf("the argument was changed: %s", d)
	}
}

func TestBootstrapRefuses(t *testing.T) {
	all := build(t)
	for i, want := range map[int]string{
		2: "listener ingress: no route configuration ingress_http",
		3: "listener ingress: no filter a",
		5: "cluster u: no filter r/upstream",
		6: "listener ingress: no certificate ingress",
		7: "cluster u: no certificate upstream/u",
	} {
		without := append(append([]proto.Message{}, all[:i]...), all[i+1:]...)
		if b, err := Bootstrap(without); err == nil || err.Error() != want {
			t.Errorf("without %d: got %v, %v, want %s", i, b, err, want)
		}
	}
	damaged := func(m proto.Message) *anypb.Any {
		packed, err := anypb.New(m)
		if err != nil {
			t.Fatal(err)
		}
		packed.Value = []byte{0xff}
		return packed
	}
	for want, r := range map[string]proto.Message{
		"google.protobuf.Any: has no place in a static config": &anypb.Any{},
		"listener l: ": &listenerv3.Listener{Name: "l", FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: damaged(&hcmv3.HttpConnectionManager{})},
		}}}}},
		"cluster c: ": &clusterv3.Cluster{Name: "c", TypedExtensionProtocolOptions: map[string]*anypb.Any{
			"": damaged(&httpv3.HttpProtocolOptions{}),
		}},
	} {
		if b, err := Bootstrap([]proto.Message{r}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, %v, want %s", b, err, want)
		}
	}
}
