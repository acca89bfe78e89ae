package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// Over HTTP/2 requests share a connection; clients that do not read what they asked for must not
// keep the others waiting.
func TestClientsThatDoNotRead(t *testing.T) {
	const stalled, enough = 8, 1 << 20
	var full atomic.Int32
	s := behind(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/large" {
			uaecho.Handler().ServeHTTP(w, r)
			return
		}
		piece := make([]byte, 64<<10)
		for sent := 0; sent < 256<<20; sent += len(piece) {
			if _, err := w.Write(piece); err != nil {
				return
			}
			if sent == enough {
				full.Add(1)
			}
		}
	}))
	for range stalled {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.Port))
		must(t, err)
		defer conn.Close()
		must(t, conn.(*net.TCPConn).SetReadBuffer(4096))
		fmt.Fprint(conn, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	eventually(t, "the downloads have begun", func() bool { return full.Load() == stalled })
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := newClient(t).get(ctx, s.cfg.Port)
		cancel()
		must(t, err)
	}
}

// freezer is a listener whose connections can fall silent without an end.
type freezer struct {
	net.Listener
	mu    sync.Mutex
	conns []*frozen
}

func (l *freezer) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &frozen{Conn: conn, closed: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, c)
	return c, nil
}

func (l *freezer) freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		c.silent.Store(true)
	}
}

type frozen struct {
	net.Conn
	silent atomic.Bool
	once   sync.Once
	closed chan struct{}
}

func (c *frozen) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.silent.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *frozen) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// A connection to an upstream that leads nowhere any more, and does not say so, is given up.
func TestAConnectionFallsSilent(t *testing.T) {
	t.Parallel()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	upstream := &freezer{Listener: lis}
	s := newStack(t)
	s.trust(upstreamOn(t, upstream, uaecho.Options{}))
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	for range 10 { // both workers
		newClient(t).mustGet(t, s.cfg.Port)
	}
	upstream.freeze()
	eventually(t, "requests are answered again", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := newClient(t).get(ctx, s.cfg.Port)
		return err == nil
	})
}
