package mtls

import (
	"context"
	"errors"
	"net"
	"time"

	"google.golang.org/grpc/credentials"
)

// Credentials are for a gRPC server. A handshake that fails is logged in words that say what to do on
// both sides, once a minute for each reason and host.
func (k *Keys) Credentials() credentials.TransportCredentials { return server{k} }

var errServer = errors.New("these credentials are a server's")

var errGone = errors.New("the client has gone")

// server has the server's half of credentials.TransportCredentials.
type server struct{ keys *Keys }

func (s server) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	start := time.Now()
	_ = raw.SetDeadline(start.Add(handshakeTime)) // earlier than gRPC's, which knows nothing of certificates
	heard, err := s.keys.gate.listen(raw)
	if err != nil {
		return s.refuse(raw, refusal{silent, "it said nothing: " + err.Error()}, err)
	}
	heardAt := time.Now()
	guest, err := s.keys.gate.enter(heard, handshakeTime)
	if err != nil {
		return s.refuse(raw, refusal{crowded, "too many clients connect at a time, and none of their handshakes ends"}, err)
	}
	defer s.keys.gate.leave(guest)
	if time.Since(heardAt) > waitedTime && gone(raw) {
		return s.refuse(raw, refusal{crowded, "the client gave up: too many connect at a time"}, errGone)
	}
	l := s.keys.current.Load()
	conn, info, err := l.grpc.ServerHandshake(heard)
	if err != nil {
		return s.refuse(raw, l.judge(err, s.keys.now()), err)
	}
	_ = raw.SetDeadline(time.Now().Add(handshakeTime)) // for HTTP/2's first frames; gRPC takes it off then
	return conn, info, nil
}

func (s server) refuse(raw net.Conn, why refusal, err error) (net.Conn, credentials.AuthInfo, error) {
	s.keys.refused.add(s.keys.log, raw.RemoteAddr(), why)
	return nil, nil, err
}

func (server) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errServer
}

func (s server) Info() credentials.ProtocolInfo          { return s.keys.current.Load().grpc.Info() }
func (s server) Clone() credentials.TransportCredentials { return s }
func (server) OverrideServerName(string) error           { return errServer }
