// Package xds is the wire: it serves snapshots of resources to Envoys over gRPC, by ADS or
// type by type, incremental or state of the world, and knows what each Envoy runs.
//
// It knows nothing of where the resources come from.
//
// # Who owns what
//
// A client is one stream and the only owner of what is known of it: for each type and
// resource an entry with a state (see state), changed by requests, by what is sent and by
// time. What to send next is view.next, a function of the client, the snapshot and the clock
// that changes nothing; what status, metrics and CSDS show is read from the same entries.
// The memory is what streams share: the snapshot and earlier ones, and how resources fared
// elsewhere. The fleet counts.
package xds

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionv3 "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/livefilter/livefilter/internal/sparing"
)

const (
	// A quiet client is pinged after pingTime, and is gone if it has not answered after pongTime.
	pingTime, pongTime = 30 * time.Second, 10 * time.Second
	// deadTime is when a connection that ended without a word has been noticed.
	deadTime = pingTime + pongTime + 5*time.Second
)

// stopTime bounds how long Serve waits for streams to end once its context is done.
const stopTime = 2 * time.Second

const (
	// silenceTime is how long a stream may be open without a request. Envoy asks at once, but
	// for one that comes back while its first clusters warm, which takes a minute at the most.
	silenceTime = 2 * time.Minute
	// idleTime is how long a connection may be open without a stream.
	idleTime = time.Minute
	// helloTime is how long a client may take until its connection is set up.
	helloTime = 30 * time.Second
)

// maxMoves is how many lines a minute are about Envoys of one host that connect, and how many about those that leave:
// somebody can do so thousands of times a second.
const maxMoves = 100

// Options say when a fleet is live, and what is beside discovery.
type Options struct {
	// GoneAfter is how long an Envoy that left without running what is served stands
	// against live.
	GoneAfter time.Duration
	// Expect is how many Envoys must be connected at the least.
	Expect int
	// Hide takes out of an Envoy's words what must not be shown, before they go anywhere. It may
	// be nil.
	Hide func(words string) string
	// Beside registers what else is served on the same port. It may be nil.
	Beside func(grpc.ServiceRegistrar)
}

// Server is a management server. All Envoys are served the same snapshot.
type Server struct {
	log    *slog.Logger
	notify func(Event)
	now    func() time.Time
	memory *memory
	fleet  *fleet
	later  *time.Timer // looks again whether the fleet is live

	silence  time.Duration // after which a stream without a request ends
	refusals sparing.Lines // of lines about streams that were refused,
	moves    sparing.Lines // about Envoys that come and go,
	unfit    sparing.Lines // and about those that cannot run what they are sent

	rule    atomic.Pointer[rule] // who may connect; nil: everybody
	denials denials              // who may not
}

// New returns a server that has nothing to serve yet. notify is told of every event, those of
// one Envoy in the order in which they happen; it must not block, nor call the server.
func New(log *slog.Logger, o Options, notify func(Event)) *Server {
	s := &Server{log: log, notify: notify, now: time.Now, memory: newMemory(), fleet: newFleet(o), silence: silenceTime}
	s.denials.lines.Most, s.moves.Each = maxDenied, maxMoves
	s.later = time.AfterFunc(time.Hour, s.settle)
	s.later.Stop()
	return s
}

// Set makes snapshot the one that is served and starts sending what changed. It returns
// the type URLs that did; it does not wait for the Envoys.
func (s *Server) Set(snapshot *Snapshot) (changed []string) {
	set := func() { changed = s.memory.set(snapshot) }
	clients := s.fleet.begin(snapshot.Version, set, s.runs)
	for _, c := range clients {
		c.poke()
	}
	return changed
}

// Remember tells the server of a snapshot that an earlier process served: Envoys that come
// from there hold its resources.
func (s *Server) Remember(snapshot *Snapshot) { s.memory.remember(snapshot) }

// Retry sends again at once what Envoys refused or did not answer. From now on their earlier
// words say nothing until they answer anew.
func (s *Server) Retry() {
	clients, _ := s.fleet.all(s.now())
	for _, c := range clients {
		c.mu.Lock()
		c.retry()
		c.mu.Unlock()
		c.poke()
	}
}

// Snapshot returns what is served, or nil.
func (s *Server) Snapshot() *Snapshot { return s.memory.snapshot() }

// Serve answers Envoys on lis until ctx is done, then ends every stream and returns within
// a few seconds. lis is closed.
//
// Beside discovery it offers health, reflection, and the client status discovery service.
func (s *Server) Serve(ctx context.Context, lis net.Listener, options ...grpc.ServerOption) error {
	loops := streams{s, ctx}
	xdsServer := serverv3.NewServerAdvanced(loops, loops, loops)
	g := grpc.NewServer(append(options,
		grpc.ForceServerCodecV2(newCodec()),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(helloTime),
		grpc.ChainUnaryInterceptor(guard{s}.unary),
		grpc.ChainStreamInterceptor(guard{s}.stream),
		// Requests are small, and most connections are quiet. The windows bound what a client
		// can send ahead; without them they grow with what it sends.
		grpc.ReadBufferSize(4<<10),
		// With a window that grows, gRPC pings the client at every request to learn how much it
		// could take in: a write and a read more for each ACK.
		grpc.StaticStreamWindowSize(64<<10),
		grpc.StaticConnWindowSize(256<<10),
		// Quiet clients cost a ping every half minute, and one that is gone is noticed
		// within 40 s. Envoys may ping as often as our bootstrap makes them.
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: idleTime, Time: pingTime, Timeout: pongTime}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)...)
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, xdsServer)
	extensionv3.RegisterExtensionConfigDiscoveryServiceServer(g, xdsServer)
	statusv3.RegisterClientStatusDiscoveryServiceServer(g, &csds{server: s})
	h := health.NewServer()
	healthpb.RegisterHealthServer(g, h)
	reflection.Register(g)
	if s.fleet.options.Beside != nil {
		s.fleet.options.Beside(g)
	}

	defer s.later.Stop()
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(lis) }()
	select {
	case err := <-ended:
		g.Stop()
		return err
	case <-ctx.Done():
	}
	h.Shutdown()
	force := time.AfterFunc(stopTime, g.Stop) // GracefulStop alone waits for ever on an open stream
	defer force.Stop()
	g.GracefulStop()
	if err := <-ended; !errors.Is(err, grpc.ErrServerStopped) { // it ended before it began
		return err
	}
	return nil
}
