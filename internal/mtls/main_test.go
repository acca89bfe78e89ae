package mtls

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/livefilter/livefilter/internal/certs"
)

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "32") // these tests wait more than they compute
	goleak.VerifyTestMain(m)
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// logged is what was logged.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logged) count(words string) int { return strings.Count(l.String(), words) }

func newCA(t testing.TB, name string) *certs.CA {
	t.Helper()
	ca, err := certs.NewCA(name, time.Time{})
	must(t, err)
	return ca
}

func issue(t testing.TB, ca *certs.CA, l certs.Leaf) certs.Pair {
	t.Helper()
	pair, err := ca.Issue(l)
	must(t, err)
	return pair
}

// rig is a server whose files are in a folder, and an own CA for both sides.
type rig struct {
	t     testing.TB
	ca    *certs.CA
	dir   string
	log   *logged
	keys  *Keys
	lis   net.Listener
	since time.Duration // added to the server's clock
}

func newRig(t testing.TB) *rig {
	r := &rig{t: t, ca: newCA(t, "our CA"), dir: t.TempDir(), log: &logged{}}
	r.write(issue(t, r.ca, certs.Leaf{Names: []string{"xds.example", "127.0.0.1"}, Use: certs.Server}), r.ca)
	r.open()
	return r
}

func (r *rig) files() Files {
	return Files{Cert: filepath.Join(r.dir, certs.CertFile), Key: filepath.Join(r.dir, certs.KeyFile), CA: filepath.Join(r.dir, certs.CAFile)}
}

func (r *rig) write(p certs.Pair, ca *certs.CA) { must(r.t, p.Write(r.dir, ca.PEM())) }

// open opens the files and answers handshakes until the test ends.
func (r *rig) open() {
	r.t.Helper()
	keys, err := Open(slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})), r.files())
	must(r.t, err)
	keys.now = func() time.Time { return time.Now().Add(r.since) }
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(r.t, err)
	r.keys, r.lis = keys, lis
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := lis.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(time.Minute))
				if c, _, err := keys.Credentials().ServerHandshake(conn); err == nil {
					_, _ = c.Write([]byte("hello"))
					_, _ = c.Read(make([]byte, 1))
				}
			})
		}
	})
	r.t.Cleanup(func() { _ = lis.Close(); all.Wait() })
}

// run follows the files until the test ends.
func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.keys.Run(ctx) }()
	r.t.Cleanup(func() { cancel(); must(r.t, <-ended) })
}

// client is a config as Envoy's is: it trusts the CA and shows the pair, if there is one.
func (r *rig) client(pair ...certs.Pair) *tls.Config {
	return clientOf(r.t, r.ca, pair...)
}

func clientOf(t testing.TB, trusts *certs.CA, pair ...certs.Pair) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusts.PEM())
	c := &tls.Config{RootCAs: roots, ServerName: "xds.example", NextProtos: []string{"h2"}}
	for _, p := range pair {
		cert, err := p.TLS()
		must(t, err)
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil } // whoever signed it
	}
	return c
}

// hello connects and returns the server's leaf, once the server has said hello.
func (r *rig) hello(c *tls.Config) (*x509.Certificate, error) {
	conn, err := tls.Dial("tcp", r.lis.Addr().String(), c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 5)); err != nil {
		return nil, err
	}
	return conn.ConnectionState().PeerCertificates[0], nil
}
