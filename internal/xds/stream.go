package xds

import (
	"context"
	"errors"
	"io"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	streamv3 "github.com/envoyproxy/go-control-plane/pkg/server/stream/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	grpcstatus "google.golang.org/grpc/status"

	"github.com/livefilter/livefilter/internal/terminal"
)

// streams are the loops of both protocols under go-control-plane's gRPC services.
type streams struct {
	*Server

	ctx context.Context // done when the server ends
}

func (s streams) StreamHandler(stream streamv3.Stream, typeURL string) error {
	return s.run(stream, typeURL, false, func() (request, error) {
		req, err := stream.Recv()
		return fullRequest(req), err
	})
}

func (s streams) DeltaStreamHandler(stream streamv3.DeltaStream, typeURL string) error {
	return s.run(stream, typeURL, true, func() (request, error) {
		req, err := stream.Recv()
		return deltaRequest(req), err
	})
}

// fit removes secrets and control characters from the words of a NACK. It costs milliseconds.
func (s *Server) fit(words string) string {
	if s.fleet.options.Hide != nil {
		words = s.fleet.options.Hide(words)
	}
	return terminal.Text(words)
}

// Fetch would serve REST polling, which livefilter does not offer.
func (streams) Fetch(context.Context, *discoveryv3.DiscoveryRequest) (*discoveryv3.DiscoveryResponse, error) {
	return nil, grpcstatus.Error(codes.Unimplemented, "polling is not served: use a stream")
}

// run serves one stream: requests change what is known of the client, and whatever changes
// may make something to send. Nothing is sent under a lock, and nothing waits in a queue:
// what a slow client gets is decided when it can take it.
func (s streams) run(stream grpc.ServerStream, typeURL string, delta bool, recv func() (request, error)) error {
	c := newClient(address(stream.Context()), typeURL, delta, s.now())
	c.names, c.fit = callerNames(stream.Context()), s.fit
	defer s.closed(c)
	requests := make(chan request)
	var end error
	go func() {
		defer close(requests)
		pace := newPace(c.since)
		for {
			req, err := recv()
			if err != nil {
				end = err
				return
			}
			select {
			case requests <- req:
			case <-stream.Context().Done():
				return
			}
			if wait := pace.take(s.now(), c.sends.Load()); wait > 0 {
				select {
				case <-time.After(wait):
				case <-stream.Context().Done():
					return
				}
			}
		}
	}()
	timer := time.NewTimer(s.silence)
	defer timer.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return nil
		case req, ok := <-requests:
			if !ok {
				return ended(end)
			}
			if err := s.received(c, req); err != nil {
				s.refused(c, err)
				return err
			}
		case <-c.wake:
		case <-timer.C:
			if !c.known {
				err := grpcstatus.Errorf(codes.DeadlineExceeded, "no request within %s", s.silence)
				s.refused(c, err)
				return err
			}
		}
		soonest, err := s.send(c, stream)
		if err != nil {
			if errors.As(err, new(*denied)) {
				s.refused(c, err)
			}
			return err
		}
		timer.Reset(soonest)
	}
}

// ended is the error that ends the stream of a client that disconnected.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func address(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		return p.Addr.String()
	}
	return ""
}

// received handles a request.
func (s *Server) received(c *client, req request) error {
	if err := s.stillMay(c); err != nil {
		return err
	}
	if err := s.mayBe(c, req.node); err != nil {
		return err
	}
	c.mu.Lock()
	first := !c.known
	events, err := c.receive(req, s.memory, s.now())
	c.mu.Unlock()
	if !c.known {
		return err
	}
	if first {
		s.fleet.add(c)
	}
	if other := s.fleet.speaks(c, c.id); other != nil {
		s.shared(c, other)
	}
	for _, e := range events {
		s.tell(e)
	}
	return err
}

// send sends everything that there is to send, and returns how long to wait for the next event.
func (s *Server) send(c *client, stream grpc.ServerStream) (time.Duration, error) {
	for {
		turn := s.fleet.turn.Load()
		v := s.view(c, s.memory.snapshot())
		// After the look: what Set was given after Admit goes to nobody whom that keeps out.
		if err := s.stillMay(c); err != nil {
			return 0, err
		}
		if v.snapshot == nil {
			return time.Hour, nil
		}
		c.mu.Lock()
		c.tick(v.now, s.memory)
		out := v.next()
		if out == nil {
			live := v.live()
			c.ranAll = c.ranAll || live
			wait := v.wait()
			c.mu.Unlock()
			s.found(c, turn, live)
			return wait, nil
		}
		nonce, e := c.sending(out, v.now)
		c.mu.Unlock()
		if !c.delta && awaitsAnswer(out.typeURL) {
			s.memory.responded(out)
		}
		f, bytes := out.frame(nonce, c.delta)
		e.Bytes = bytes
		s.tell(e)
		s.logSent(out, e)
		c.sends.Add(1)
		if err := stream.SendMsg(f); err != nil {
			return 0, err
		}
	}
}

// wait returns how long to wait for the next event before looking again.
func (v view) wait() time.Duration {
	if clusters := v.subs[served[0]]; clusters != nil {
		for _, r := range clusters.sent {
			v.at(v.late(clusters, r))
			v.at(r.at.Add(fetchTime))
		}
	}
	if v.soonest.IsZero() {
		return time.Hour
	}
	return max(v.soonest.Sub(v.now), time.Millisecond)
}
