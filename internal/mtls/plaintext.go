package mtls

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Plaintext are the credentials of a gRPC server without TLS. They know a client that speaks TLS, which
// would wait for an answer otherwise, and nobody would know why.
type Plaintext struct {
	credentials.TransportCredentials
	log     *slog.Logger
	refused refusals
}

// NewPlaintext returns such credentials.
func NewPlaintext(log *slog.Logger) *Plaintext {
	p := &Plaintext{TransportCredentials: insecure.NewCredentials(), log: log}
	p.refused.init()
	return p
}

var errTLS = errors.New("the client speaks TLS, and this port is plaintext: start the server with --tls-cert, --tls-key and --tls-client-ca, " +
	"or print that Envoy's bootstrap without --tls-cert")

// ServerHandshake waits for the first two bytes: of a TLS handshake they are 22 and 3 (RFC 8446, 5.1).
func (p *Plaintext) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	begun := &begun{Conn: raw, begin: make([]byte, 2)}
	if _, err := io.ReadFull(raw, begun.begin); err != nil {
		return nil, nil, err
	}
	if begun.begin[0] == 22 && begun.begin[1] == 3 {
		p.refused.add(p.log, raw.RemoteAddr(), refusal{tlsAtPlain, errTLS.Error()})
		return nil, nil, errTLS
	}
	return p.TransportCredentials.ServerHandshake(begun)
}

// ClientHandshake is no server's.
func (p *Plaintext) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errServer
}

// Clone returns the same.
func (p *Plaintext) Clone() credentials.TransportCredentials { return p }

// Describe is for prometheus.
func (p *Plaintext) Describe(out chan<- *prometheus.Desc) { p.refused.counts.Describe(out) }

// Collect is for prometheus.
func (p *Plaintext) Collect(out chan<- prometheus.Metric) { p.refused.counts.Collect(out) }
