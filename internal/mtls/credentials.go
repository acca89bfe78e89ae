package mtls

import (
	"context"
	"errors"
	"net"

	"google.golang.org/grpc/credentials"
)

// Credentials are for a gRPC server. A handshake that fails is logged in words that say what to do on
// both sides, once a minute for each reason and host.
func (k *Keys) Credentials() credentials.TransportCredentials { return server{k} }

var errServer = errors.New("these credentials are a server's")

// server has the server's half of credentials.TransportCredentials.
type server struct{ keys *Keys }

func (s server) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	l := s.keys.current.Load()
	heard := &heard{Conn: raw}
	conn, info, err := l.grpc.ServerHandshake(heard)
	if err != nil {
		s.keys.refused.add(s.keys.log, raw.RemoteAddr(), l.judge(err, heard.bytes > 0, s.keys.now()))
	}
	return conn, info, err
}

func (server) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errServer
}

func (s server) Info() credentials.ProtocolInfo          { return s.keys.current.Load().grpc.Info() }
func (s server) Clone() credentials.TransportCredentials { return s }
func (server) OverrideServerName(string) error           { return errServer }

// heard knows whether the other side said anything.
type heard struct {
	net.Conn
	bytes int
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	h.bytes += n
	return n, err
}
