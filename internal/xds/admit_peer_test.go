package xds

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcstatus "google.golang.org/grpc/status"

	"github.com/livefilter/livefilter/internal/certs"
)

// gate is a server that takes certificates of a CA, and those who may be which node by it.
type gate struct {
	*Server

	t       *testing.T
	ca      *certs.CA
	roots   *x509.CertPool
	address string

	mu     sync.Mutex
	log    bytes.Buffer
	denied int // events
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

// lines are those of the log with the words in it.
func (g *gate) lines(words string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Count(g.log.Bytes(), []byte(words))
}

func newGate(t *testing.T) *gate {
	g := &gate{t: t, roots: x509.NewCertPool()}
	var err error
	g.ca, err = certs.NewCA("test", time.Time{})
	must(t, err)
	g.roots.AppendCertsFromPEM(g.ca.PEM())
	g.Server = still(New(slog.New(slog.NewTextHandler(g, nil)), Options{GoneAfter: time.Hour}, func(e Event) {
		if e.Kind == Denied {
			g.mu.Lock()
			g.denied++
			g.mu.Unlock()
		}
	}))
	g.address = start(t, g.Server, grpc.Creds(credentials.NewTLS(&tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{g.cert("localhost")},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: g.roots,
	})))
	return g
}

func (g *gate) cert(names ...string) tls.Certificate {
	pair, err := g.ca.Issue(certs.Leaf{Names: names})
	must(g.t, err)
	c, err := pair.TLS()
	must(g.t, err)
	return c
}

// dial is a connection of who shows a certificate with these names.
func (g *gate) dial(names ...string) *grpc.ClientConn {
	conn, err := grpc.NewClient(g.address, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{g.cert(names...)}, RootCAs: g.roots, ServerName: "localhost",
	})))
	must(g.t, err)
	g.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

var bothProtocols = map[string]func(*gate, *grpc.ClientConn, *corev3.Node) envoy{
	"delta": func(g *gate, conn *grpc.ClientConn, n *corev3.Node) envoy {
		c := openDelta(g.t, conn)
		c.node = n
		return c
	},
	"sotw": func(g *gate, conn *grpc.ClientConn, n *corev3.Node) envoy {
		c := openSotW(g.t, conn)
		c.node = n
		return c
	},
}

// gates runs test in both protocols; open is a stream of a node.
func gates(t *testing.T, test func(t *testing.T, g *gate, open func(*grpc.ClientConn, *corev3.Node) envoy)) {
	for _, name := range slices.Sorted(maps.Keys(bothProtocols)) {
		t.Run(name, func(t *testing.T) {
			g := newGate(t)
			set(t, g.Server, "a", "a", nil)
			test(t, g, func(conn *grpc.ClientConn, n *corev3.Node) envoy { return bothProtocols[name](g, conn, n) })
		})
	}
}

// may lets each name be the node of its value; "" is any.
func (g *gate) may(rules map[string]string) {
	g.Admit(func(names []string, id, cluster string) error {
		for _, name := range names {
			if node, ok := rules[name]; ok && (id == "" || node == "" || node == id) && cluster != "evil" {
				return nil
			}
		}
		return errors.New("may not be " + id)
	})
}

// ends is what the stream ends with.
func ends(c envoy) error {
	for {
		var err error
		switch c := c.(type) {
		case *deltaClient:
			_, err = c.stream.Recv()
		case *sotwClient:
			_, err = c.stream.Recv()
		}
		if err != nil {
			return err
		}
	}
}

// isDenied says whether a stream ended because of who it is, in these words.
func isDenied(t *testing.T, err error, words string) {
	t.Helper()
	if s := grpcstatus.Convert(err); s.Code() != codes.PermissionDenied || s.Message() != words {
		t.Errorf("ended with %v, want %s", err, words)
	}
}
