package xds

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcstatus "google.golang.org/grpc/status"
)

// attack is what a hostile client does until it is refused or ctx is done. The error is what
// it was told.
type attack func(ctx context.Context, h *hostile) error

// hostile is a client that does as it likes.
type hostile struct {
	t       *testing.T
	s       *Server
	delta   bool
	address string
	creds   credentials.TransportCredentials // nil: plaintext
}

func (h *hostile) dial() *grpc.ClientConn {
	if h.creds == nil {
		return dial(h.t, h.address)
	}
	conn, err := grpc.NewClient(h.address, grpc.WithTransportCredentials(h.creds))
	must(h.t, err)
	h.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// hostility is one attack. code and words are what it ends with, if it is refused.
type hostility struct {
	name  string // begins with the protocol where it is for one only
	code  codes.Code
	words string
	do    attack
}

// beside runs attacks in both protocols, each beside an Envoy that gets twenty edits and is
// live after each. What is kept once the hostile client has left is bounded.
func beside(t *testing.T, attacks []hostility) {
	for _, a := range attacks {
		for _, delta := range []bool{true, false} {
			if only, _, found := strings.Cut(a.name, ": "); found && (only == "delta") != delta {
				continue
			}
			t.Run(fmt.Sprintf("%s/delta=%t", a.name, delta), func(t *testing.T) {
				s := New(slog.New(slog.DiscardHandler), Options{GoneAfter: time.Minute}, func(Event) {})
				a.run(&hostile{t: t, s: s, delta: delta, address: start(t, s)})
			})
		}
	}
}

func (a hostility) run(h *hostile) {
	t, s := h.t, h.s
	edit := 0
	next := func() { edit++; set(t, s, "a", "a", map[string]string{"f": fmt.Sprint(edit)}) }
	next()
	good := h.envoy()
	join(good, "f")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a hang is a failure
	defer cancel()
	told := make(chan error, 1)
	go func() { told <- a.do(ctx, h) }()
	if a.code != codes.OK {
		if err := <-told; grpcstatus.Code(err) != a.code || !strings.Contains(fmt.Sprint(err), a.words) {
			t.Errorf("it is told %v, want %s: %s", err, a.code, a.words)
		}
		told <- nil
	}
	for range 20 {
		next()
		r := good.recv()
		if r.typeURL != ecds {
			t.Fatalf("the good Envoy got %+v", r)
		}
		good.answer(r, "")
		eventually(t, "the good Envoy is live", func() bool { return goodLive(s) })
	}
	cancel()
	if err := <-told; err != nil && grpcstatus.Code(err) != codes.Canceled {
		t.Errorf("it is told %v", err)
	}
	bounded(t, s)
}

func (h *hostile) envoy() envoy {
	if h.delta {
		return openDelta(h.t, h.dial())
	}
	return openSotW(h.t, h.dial())
}

// goodLive says whether the Envoy "envoy" runs what is served.
func goodLive(s *Server) bool {
	return slices.ContainsFunc(connected(s), func(n Node) bool { return n.ID == "envoy" && n.Live })
}

// bounded waits until only the good client is left and all that is kept is bounded. A stream
// of the other may still be on its way.
func bounded(t *testing.T, s *Server) {
	t.Helper()
	eventually(t, "what is kept is bounded", func() bool { return len(connected(s)) <= 1 && tooMuch(s) == "" })
}

// tooMuch says of what too much is kept.
func tooMuch(s *Server) string {
	s.fleet.mu.Lock()
	defer s.fleet.mu.Unlock()
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	for what, of := range map[string][2]int{
		"streams":    {len(s.fleet.clients), 1},
		"latest":     {len(s.fleet.latest), 1},
		"gone":       {len(s.fleet.gone), maxGone},
		"past":       {len(s.memory.past), maxPast},
		"wholes":     {len(s.memory.wholes.resources), maxWhole},
		"good":       {len(s.memory.good), 3},
		"nacks":      {len(s.memory.nacks), 3},
		"salts":      {len(s.memory.salts), 3},
		"log kinds":  {s.refusals.Kinds(), 2},
		"variations": {len(s.memory.current.get(Ref{ecds, "f"}).wires), 3},
	} {
		if of[0] > of[1] {
			return what
		}
	}
	for _, d := range s.fleet.gone {
		for typeURL, sub := range d.subs {
			if len(sub.sent) > 2*maxNames || len(sub.entries) > 2*maxNames || len(sub.again) > maxNames {
				return ShortType(typeURL)
			}
		}
	}
	return ""
}

// stream is one of a hostile client. Its requests are the server's own, whatever they hold.
type hostileStream struct {
	delta discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	sotw  discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesClient
}

func (h *hostile) open(ctx context.Context, conn *grpc.ClientConn) (s hostileStream, err error) {
	ads := discoveryv3.NewAggregatedDiscoveryServiceClient(conn)
	if h.delta {
		s.delta, err = ads.DeltaAggregatedResources(ctx)
	} else {
		s.sotw, err = ads.StreamAggregatedResources(ctx)
	}
	return s, err
}

var badNode = &corev3.Node{Id: "hostile"}

// send sends a request; the error is what the server said where it ended the stream.
func (s hostileStream) send(r request) error {
	if r.node == nil {
		r.node = badNode
	}
	var words string
	if r.nack != nil {
		words = *r.nack
	}
	var err error
	if s.delta != nil {
		err = s.delta.Send(&discoveryv3.DeltaDiscoveryRequest{
			Node: r.node, TypeUrl: r.typeURL, ResponseNonce: r.nonce, ErrorDetail: detail(words),
			ResourceNamesSubscribe: r.subscribe, ResourceNamesUnsubscribe: r.unsubscribe, InitialResourceVersions: r.versions,
		})
	} else {
		err = s.sotw.Send(&discoveryv3.DiscoveryRequest{
			Node: r.node, TypeUrl: r.typeURL, ResponseNonce: r.nonce, ErrorDetail: detail(words),
			ResourceNames: r.subscribe, VersionInfo: r.version,
		})
	}
	return err
}

// recv returns the next response's type and nonce.
func (s hostileStream) recv() (typeURL, nonce string, err error) {
	if s.delta != nil {
		r, err := s.delta.Recv()
		return r.GetTypeUrl(), r.GetNonce(), err
	}
	r, err := s.sotw.Recv()
	return r.GetTypeUrl(), r.GetNonce(), err
}

// told reads until the server ends the stream.
func (s hostileStream) told() error {
	for {
		if _, _, err := s.recv(); err != nil {
			return err
		}
	}
}
