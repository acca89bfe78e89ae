// Package xds is the wire: it serves snapshots of resources to Envoys over gRPC, by ADS or
// type by type, incremental or state of the world, and knows what each Envoy runs.
//
// It knows nothing of where the resources come from.
package xds

import (
	"context"
	"log/slog"
	"net"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionv3 "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/config"
	"github.com/envoyproxy/go-control-plane/pkg/server/sotw/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

// stopTime bounds how long Serve waits for streams to end once its context is done.
const stopTime = 2 * time.Second

// Server is a management server. All Envoys are served the same snapshot.
type Server struct {
	cache   *cache
	tracker *tracker
}

// New returns a server that has nothing to serve yet. notify is told of every event, in
// the order in which they happen; it must not block, nor call the server.
func New(log *slog.Logger, notify func(Event)) *Server {
	s := &Server{}
	s.cache = newCache(func(nodeID, typeURL string) string { return s.tracker.refused(nodeID, typeURL) })
	s.tracker = newTracker(log, s.cache.get, notify)
	return s
}

// Set makes snapshot the one that is served and starts sending what changed. It returns
// the type URLs that did; it does not wait for the Envoys.
func (s *Server) Set(snapshot *Snapshot) (changed []string) { return s.cache.set(snapshot) }

// Behind counts what connected Envoys would have to take if snapshot were set now, one for
// each Envoy and type. Envoys that run nothing yet do not count.
func (s *Server) Behind(snapshot *Snapshot) int { return s.tracker.behind(snapshot) }

// Snapshot returns what is served, or nil.
func (s *Server) Snapshot() *Snapshot { return s.cache.get() }

// Nodes returns the connected Envoys, compared with what is served.
func (s *Server) Nodes() []Node {
	current := s.cache.get()
	if current == nil {
		return []Node{}
	}
	return s.tracker.nodes(current)
}

// Serve answers Envoys on lis until ctx is done, then ends every stream and returns within
// a few seconds. lis is closed.
//
// Beside discovery it offers health, reflection, and the client status discovery service.
func (s *Server) Serve(ctx context.Context, lis net.Listener, options ...grpc.ServerOption) error {
	xdsServer := serverv3.NewServer(ctx, s.cache, callbacks{tracker: s.tracker},
		sotw.WithOrderedADS(),
		config.DeactivateLegacyWildcardForTypes([]string{resourcev3.RouteType, resourcev3.ExtensionConfigType}),
	)
	g := grpc.NewServer(append(options,
		// Quiet clients cost a ping every half minute, and one that is gone is noticed
		// within 40 s. Envoys may ping as often as our bootstrap makes them.
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)...)
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, xdsServer)
	extensionv3.RegisterExtensionConfigDiscoveryServiceServer(g, xdsServer)
	statusv3.RegisterClientStatusDiscoveryServiceServer(g, csds{server: s})
	h := health.NewServer()
	healthpb.RegisterHealthServer(g, h)
	reflection.Register(g)

	ended := make(chan error, 1)
	go func() { ended <- g.Serve(lis) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	h.Shutdown()
	force := time.AfterFunc(stopTime, g.Stop) // GracefulStop alone waits for ever on an open stream
	defer force.Stop()
	g.GracefulStop()
	return <-ended
}
