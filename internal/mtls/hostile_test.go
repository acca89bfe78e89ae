package mtls

import (
	"context"
	"crypto/tls"
	"net"
	"runtime"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/livefilter/livefilter/internal/certs"
)

// clientHello is what a client says first.
func clientHello(t *testing.T, c *tls.Config) []byte {
	here, there := net.Pipe()
	go func() { _ = tls.Client(here, c).Handshake() }()
	hello := make([]byte, 1<<14)
	n, err := there.Read(hello)
	must(t, err, there.Close(), here.Close())
	return hello[:n]
}

// Clients without a certificate do what they like, hundreds at a time, of one host; one of another with a
// certificate is served meanwhile, and what the others cost is bounded and goes with them.
func TestHostileWithoutACertificate(t *testing.T) {
	hello := clientHello(t, newRig(t).client())
	for name, attack := range map[string]func(conn net.Conn){
		"they say nothing":         func(net.Conn) {},
		"half a hello":             func(conn net.Conn) { _, _ = conn.Write(hello[:len(hello)/2]) },
		"a hello and no more":      func(conn net.Conn) { _, _ = conn.Write(hello) },
		"a hello of 16 MB":         func(conn net.Conn) { _, _ = conn.Write([]byte{22, 3, 1, 0, 4, 1, 255, 255, 255}) },
		"a hello byte by byte":     func(conn net.Conn) { go drip(conn, hello) },
		"garbage without an end":   func(conn net.Conn) { go flood(conn, make([]byte, 1<<10)) },
		"hellos without an end":    func(conn net.Conn) { go flood(conn, hello) },
		"plaintext without an end": func(conn net.Conn) { go flood(conn, []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			address, _ := serve(t, r.keys.Credentials())
			good := credentials.NewTLS(r.client(issue(t, r.ca, certs.Leaf{Use: certs.Client})))
			must(t, check(t, address, good, fromElsewhere))
			before := runtime.NumGoroutine()
			var conns []net.Conn
			for range 300 {
				conn, err := net.Dial("tcp", address)
				must(t, err)
				conns = append(conns, conn)
				attack(conn)
			}
			for range 5 {
				must(t, check(t, address, good, fromElsewhere))
			}
			r.keys.gate.mu.Lock()
			if n := r.keys.gate.inside.Len(); n > maxHandshakes {
				t.Errorf("%d handshakes at a time", n)
			}
			r.keys.gate.mu.Unlock()
			for _, conn := range conns {
				_ = conn.Close()
			}
			eventually(t, "nothing of it is left", func() bool {
				g := &r.keys.gate
				g.mu.Lock()
				defer g.mu.Unlock()
				return g.silent.Len()+g.inside.Len()+len(g.waiting) == 0 && runtime.NumGoroutine() < before+50
			})
			if n := r.log.count("level=WARN"); n > 3 {
				t.Errorf("%d lines:\n%s", n, r.log)
			}
		})
	}
}

// fromElsewhere makes a client one of another host.
var fromElsewhere = grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).DialContext(ctx, "tcp", address)
})

func drip(conn net.Conn, hello []byte) {
	for i := range hello {
		if _, err := conn.Write(hello[i : i+1]); err != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func flood(conn net.Conn, bytes []byte) {
	for {
		if _, err := conn.Write(bytes); err != nil {
			return
		}
	}
}

// A handshake ends, whatever the client does.
func TestAHandshakeEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	address, _ := serve(t, r.keys.Credentials())
	hello := clientHello(t, r.client())
	for name, begin := range map[string][]byte{"silent": nil, "a hello and no more": hello, "half a hello": hello[:100]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", address)
			must(t, err)
			defer conn.Close()
			_, err = conn.Write(begin)
			must(t, err, conn.SetReadDeadline(time.Now().Add(time.Minute)))
			for err == nil { // until the server hangs up
				_, err = conn.Read(make([]byte, 1<<14))
			}
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Error("the server waits for ever")
			}
		})
	}
}
