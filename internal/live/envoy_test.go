package live

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// envoy is a client that takes everything, by incremental ADS, and acknowledges it unless
// refuse has words for it.
type envoy struct {
	stream discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesClient

	mu     sync.Mutex
	refuse func(typeURL string) (words string)
	silent bool
}

// connect returns when the client has asked for everything; filters are those it asks for.
func connect(t *testing.T, lis *bufconn.Listener, id string, filters ...string) *envoy {
	conn := dial(t, lis)
	ctx, cancel := context.WithCancel(context.Background())
	stream, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	must(t, err)
	e := &envoy{stream: stream, refuse: func(string) string { return "" }}
	for _, typeURL := range []string{resourcev3.ClusterType, resourcev3.ListenerType, resourcev3.RouteType, resourcev3.ExtensionConfigType} {
		names := map[string][]string{resourcev3.RouteType: {"ingress_http"}, resourcev3.ExtensionConfigType: filters}[typeURL]
		if typeURL == resourcev3.ExtensionConfigType && len(filters) == 0 {
			continue
		}
		must(t, stream.Send(&discoveryv3.DeltaDiscoveryRequest{
			Node: &corev3.Node{Id: id}, TypeUrl: typeURL, ResourceNamesSubscribe: names,
		}))
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.answer()
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		_ = conn.Close()
	})
	return e
}

func dial(t *testing.T, lis *bufconn.Listener) *grpc.ClientConn {
	conn, err := grpc.NewClient("passthrough:///server", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return lis.DialContext(ctx) }))
	must(t, err)
	return conn
}

// openStream is for a client that takes the state of the world.
func openStream(t *testing.T, lis *bufconn.Listener) discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesClient {
	conn := dial(t, lis)
	stream, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).StreamAggregatedResources(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return stream
}

// answer ends with the stream.
func (e *envoy) answer() {
	for {
		r, err := e.stream.Recv()
		if err != nil {
			return
		}
		e.mu.Lock()
		silent, words := e.silent, e.refuse(r.GetTypeUrl())
		e.mu.Unlock()
		if silent {
			continue
		}
		reply := &discoveryv3.DeltaDiscoveryRequest{TypeUrl: r.GetTypeUrl(), ResponseNonce: r.GetNonce()}
		if words != "" {
			reply.ErrorDetail = &statuspb.Status{Code: 13, Message: words}
		}
		if e.stream.Send(reply) != nil {
			return
		}
	}
}

// refuses makes it refuse all that comes of these types from now on, and take the others.
func (e *envoy) refuses(words string, typeURLs ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refuse = func(typeURL string) string {
		if slices.Contains(typeURLs, typeURL) {
			return words
		}
		return ""
	}
}

func (e *envoy) freeze() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.silent = true
}
