package e2e

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// relay is the path from an Envoy to its server, which can be slow, cut, and turned to another one.
type relay struct {
	address string
	delay   atomic.Int64 // that each piece takes, in nanoseconds

	mu    sync.Mutex
	to    string // "": it is cut
	conns map[net.Conn]bool
}

func newRelay(t testing.TB, to string) *relay {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r := &relay{address: lis.Addr().String(), to: to, conns: map[net.Conn]bool{}}
	var pairs sync.WaitGroup
	pairs.Go(func() {
		for {
			in, err := lis.Accept()
			if err != nil {
				return
			}
			pairs.Go(func() { r.join(in) })
		}
	})
	t.Cleanup(func() {
		_ = lis.Close()
		r.turn("")
		pairs.Wait()
	})
	return r
}

// join passes bytes on until either end, or the relay, closes.
func (r *relay) join(in net.Conn) {
	defer in.Close()
	r.mu.Lock()
	to := r.to
	r.mu.Unlock()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	r.mu.Lock()
	r.conns[in], r.conns[out] = true, true
	cut := r.to != to
	r.mu.Unlock()
	if cut {
		return
	}
	var ways sync.WaitGroup
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		ways.Go(func() {
			_, _ = io.Copy(late{way[0], &r.delay}, way[1])
			_ = way[0].Close()
			_ = way[1].Close()
		})
	}
	ways.Wait()
	r.mu.Lock()
	delete(r.conns, in)
	delete(r.conns, out)
	r.mu.Unlock()
}

// late is a writer that takes its time.
type late struct {
	io.Writer
	delay *atomic.Int64
}

func (l late) Write(piece []byte) (int, error) {
	time.Sleep(time.Duration(l.delay.Load()))
	return l.Writer.Write(piece)
}

// turn ends the connections; later ones lead to another address, or nowhere if that is "".
func (r *relay) turn(to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to = to
	for c := range r.conns {
		_ = c.Close()
	}
}

func (r *relay) cut() { r.turn("") }
