package xds

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/anypb"
)

// received is what both protocols have in common.
type received struct {
	typeURL, nonce, version string
	names, removed          []string
}

// envoy is an Envoy as the server sees it. Every test that uses one runs in both protocols.
type envoy interface {
	// ask subscribes, to everything where there are no names. held is what a reconnecting
	// Envoy says it has; nil for a new one.
	ask(typeURL string, held *received, names ...string)
	// answer is an ACK where words are empty, else a NACK.
	answer(r received, words string)
	recv() received
}

type deltaClient struct {
	t      *testing.T
	node   *corev3.Node
	stream discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	held   map[string]map[string]string // by version, resource versions
}

func (c *deltaClient) ask(typeURL string, held *received, names ...string) {
	req := &discoveryv3.DeltaDiscoveryRequest{Node: c.node, TypeUrl: typeURL, ResourceNamesSubscribe: names}
	if held != nil {
		req.InitialResourceVersions = c.held[held.version]
	}
	must(c.t, c.stream.Send(req))
}

func (c *deltaClient) answer(r received, words string) {
	must(c.t, c.stream.Send(&discoveryv3.DeltaDiscoveryRequest{
		TypeUrl: r.typeURL, ResponseNonce: r.nonce, ErrorDetail: detail(words),
	}))
}

func (c *deltaClient) recv() received {
	r, err := c.stream.Recv()
	must(c.t, err)
	out := received{typeURL: r.GetTypeUrl(), nonce: r.GetNonce(), version: r.GetSystemVersionInfo(), removed: r.GetRemovedResources()}
	versions := map[string]string{}
	for _, res := range r.GetResources() {
		out.names = append(out.names, res.GetName())
		versions[res.GetName()] = res.GetVersion()
	}
	c.held[out.version] = versions
	return out
}

type sotwClient struct {
	t      *testing.T
	node   *corev3.Node
	stream discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesClient
	names  map[string][]string
	acked  map[string]string
}

func (c *sotwClient) ask(typeURL string, held *received, names ...string) {
	c.names[typeURL] = names
	req := &discoveryv3.DiscoveryRequest{Node: c.node, TypeUrl: typeURL, ResourceNames: names}
	if held != nil {
		req.VersionInfo = held.version
	}
	must(c.t, c.stream.Send(req))
}

func (c *sotwClient) answer(r received, words string) {
	if words == "" {
		c.acked[r.typeURL] = r.version
	}
	must(c.t, c.stream.Send(&discoveryv3.DiscoveryRequest{
		TypeUrl: r.typeURL, ResourceNames: c.names[r.typeURL], ResponseNonce: r.nonce,
		VersionInfo: c.acked[r.typeURL], ErrorDetail: detail(words),
	}))
}

func (c *sotwClient) recv() received {
	r, err := c.stream.Recv()
	must(c.t, err)
	out := received{typeURL: r.GetTypeUrl(), nonce: r.GetNonce(), version: r.GetVersionInfo()}
	for _, a := range r.GetResources() {
		m, err := a.UnmarshalNew()
		must(c.t, err)
		out.names = append(out.names, m.(interface{ GetName() string }).GetName())
	}
	return out
}

func detail(words string) *statuspb.Status {
	if words == "" {
		return nil
	}
	return &statuspb.Status{Code: 13, Message: words}
}

// protocols runs test once for each protocol; connect opens a new stream as the node "envoy".
func protocols(t *testing.T, test func(t *testing.T, s *Server, connect func() envoy)) {
	open := map[string]func(*testing.T, *grpc.ClientConn) envoy{
		"delta": func(t *testing.T, conn *grpc.ClientConn) envoy { return openDelta(t, conn) },
		"sotw":  func(t *testing.T, conn *grpc.ClientConn) envoy { return openSotW(t, conn) },
	}
	for _, name := range []string{"delta", "sotw"} {
		t.Run(name, func(t *testing.T) {
			s := still(New(slog.New(slog.DiscardHandler), Options{GoneAfter: time.Minute}, func(Event) {}))
			address := start(t, s)
			test(t, s, func() envoy { return open[name](t, dial(t, address)) })
		})
	}
}

func openDelta(t *testing.T, conn *grpc.ClientConn) *deltaClient {
	stream, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(t.Context())
	must(t, err)
	return &deltaClient{t, &corev3.Node{Id: "envoy"}, stream, map[string]map[string]string{}}
}

func openSotW(t *testing.T, conn *grpc.ClientConn) *sotwClient {
	stream, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).StreamAggregatedResources(t.Context())
	must(t, err)
	return &sotwClient{t, &corev3.Node{Id: "envoy"}, stream, map[string][]string{}, map[string]string{}}
}

// still stops a server's clock but for a tick at each look: a client that a busy machine holds up
// is not one that keeps silent.
func still(s *Server) *Server {
	var ticks atomic.Int64
	begin := time.Now()
	s.now = func() time.Time { return begin.Add(time.Duration(ticks.Add(1))) }
	return s
}

// start serves s until the test ends and returns its address.
func start(t *testing.T, s *Server, options ...grpc.ServerOption) string {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, lis, options...) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-ended)
	})
	return lis.Addr().String()
}

func dial(t *testing.T, address string) *grpc.ClientConn {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// set serves a cluster, a listener and filters called by name, whose content is the value.
func set(t *testing.T, s *Server, cluster, listener string, filters map[string]string) *Snapshot {
	resources := []Resource{
		{Message: &clusterv3.Cluster{Name: "c", AltStatName: cluster}},
		{Message: &listenerv3.Listener{Name: "l", StatPrefix: listener}},
	}
	for _, name := range slices.Sorted(maps.Keys(filters)) {
		resources = append(resources, Resource{Message: &corev3.TypedExtensionConfig{Name: name, TypedConfig: &anypb.Any{TypeUrl: filters[name]}}})
	}
	snapshot, err := NewSnapshot(resources)
	must(t, err)
	s.Set(snapshot)
	return snapshot
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for what a server comes to know only after it has read its socket.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
