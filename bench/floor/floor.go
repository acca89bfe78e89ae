// Package floor is the least that a management server on gRPC can do: it holds one encoded message for all clients and
// sends it. It checks nothing, takes every answer for an ACK and keeps no state but the list of streams. What a real
// server takes beyond this is its own.
package floor

import (
	"errors"
	"io"
	"sync"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// Server is the floor. It serves ADS in both variants.
type Server struct {
	discoveryv3.UnimplementedAggregatedDiscoveryServiceServer

	mu      sync.Mutex
	served  map[string]*Message // by type URL
	streams map[*stream]struct{}
}

type stream struct {
	grpc.ServerStream

	variant variant
	mu      sync.Mutex // gRPC wants one sender at a time
}

// New returns a server of resources, which NewMessage packs by type.
func New(version string, resources []proto.Message) (*Server, error) {
	byType := map[string][]proto.Message{}
	for _, r := range resources {
		name := string(r.ProtoReflect().Descriptor().FullName())
		byType[name] = append(byType[name], r)
	}
	s := &Server{served: map[string]*Message{}, streams: map[*stream]struct{}{}}
	for _, group := range byType {
		m, err := NewMessage(version, group...)
		if err != nil {
			return nil, err
		}
		s.served[m.typeURL] = m
	}
	return s, nil
}

// Prepare encodes m for the streams that are open, so that Push has only to send it.
func (s *Server) Prepare(m *Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for stream := range s.streams {
		if _, err := m.prepared(stream.variant, stream); err != nil {
			return err
		}
	}
	return nil
}

// Push sends m to every stream, asked for or not, and to those that come later and ask for its type. It returns when
// it began. A stream that cannot be sent to ends by itself.
func (s *Server) Push(m *Message) (began time.Time) {
	began = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served[m.typeURL] = m
	for stream := range s.streams {
		_ = stream.send(m)
	}
	return began
}

func (s *stream) send(m *Message) error {
	packed, err := m.prepared(s.variant, s)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.SendMsg(packed)
}

// StreamAggregatedResources serves state of the world.
func (s *Server) StreamAggregatedResources(stream discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesServer) error {
	return serve(s, stream, stateOfTheWorld, stream.Recv)
}

// DeltaAggregatedResources serves incremental xDS.
func (s *Server) DeltaAggregatedResources(stream discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	return serve(s, stream, incremental, stream.Recv)
}

type request interface {
	GetTypeUrl() string
	GetResponseNonce() string
}

// serve answers a stream's first request for each type, and takes the others for ACKs.
func serve[R request](s *Server, grpcStream grpc.ServerStream, v variant, receive func() (R, error)) error {
	stream := &stream{ServerStream: grpcStream, variant: v}
	s.mu.Lock()
	s.streams[stream] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.streams, stream)
		s.mu.Unlock()
	}()
	for {
		req, err := receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if req.GetResponseNonce() != "" {
			continue
		}
		s.mu.Lock()
		m := s.served[req.GetTypeUrl()]
		s.mu.Unlock()
		if m == nil {
			continue
		}
		if err := stream.send(m); err != nil {
			return err
		}
	}
}
