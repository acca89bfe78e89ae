package mtls

import (
	"container/list"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/sparing"
)

const (
	// handshakeTime is how long a client may take, waiting included.
	handshakeTime = 10 * time.Second
	// maxHandshakes are under way at a time: each takes 30 kB, and a millisecond of a processor, which
	// they share. An Envoy gives up after its connect_timeout (5 s in our bootstrap).
	maxHandshakes = 64
	// maxOfHost are those of one host: it cannot keep the others out.
	maxOfHost = maxHandshakes * 3 / 4
	// slowTime is how long one may keep us waiting while others wait. Across the world it is a third of a
	// second. The time that we take ourselves does not count: with too few processors all would be slow.
	slowTime = 2 * time.Second
	// waitedTime is after how long it is worth asking whether a client that waited is there still.
	waitedTime = 100 * time.Millisecond
	// maxSilent are the connections that have said nothing yet, each of 5 kB: of more the oldest is closed.
	maxSilent = 10_000
)

// gate bounds what clients cost that have shown no certificate yet. Who has said something is let in as
// there is room, the latest first: after a restart all come at once, and those who have waited for long are
// those who have given up. The zero value is ready.
type gate struct {
	mu      sync.Mutex
	silent  list.List          // of net.Conn, the oldest first
	inside  list.List          // of *guest, the oldest first
	waiting []*guest           // the latest last
	hosts   map[netip.Addr]int // how many of each are inside
	look    *time.Timer
}

// guest is a connection that is let in, or waits for it.
type guest struct {
	conn  *begun
	host  netip.Addr
	in    chan struct{} // closed then
	place *list.Element
}

// listen waits for the first byte of conn.
func (g *gate) listen(conn net.Conn) (*begun, error) {
	g.mu.Lock()
	place := g.silent.PushBack(conn)
	if g.silent.Len() > maxSilent {
		_ = g.silent.Remove(g.silent.Front()).(net.Conn).Close()
	}
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		g.silent.Remove(place)
		g.mu.Unlock()
	}()
	b := &begun{Conn: conn, begin: make([]byte, 1)}
	_, err := conn.Read(b.begin)
	return b, err
}

// enter waits until conn is let in. Each that was is to leave.
func (g *gate) enter(conn *begun, patience time.Duration) (*guest, error) {
	x := &guest{conn: conn, host: sparing.Network(conn.RemoteAddr().String()), in: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, x)
	g.admit()
	g.mu.Unlock()
	select {
	case <-x.in:
		return x, nil
	default:
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-x.in:
		return x, nil
	case <-late.C:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, x); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		return nil, os.ErrDeadlineExceeded
	}
	return x, nil // let in meanwhile
}

func (g *gate) leave(x *guest) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside.Remove(x.place)
	if g.hosts[x.host]--; g.hosts[x.host] == 0 {
		delete(g.hosts, x.host)
	}
	g.admit()
}

// admit lets in who waits, as there is room.
func (g *gate) admit() {
	for i := len(g.waiting) - 1; i >= 0 && g.inside.Len() < maxHandshakes; i-- {
		x := g.waiting[i]
		if g.hosts[x.host] >= maxOfHost {
			continue
		}
		g.waiting = slices.Delete(g.waiting, i, i+1)
		if g.hosts == nil {
			g.hosts = map[netip.Addr]int{}
		}
		g.hosts[x.host]++
		x.place = g.inside.PushBack(x)
		close(x.in)
	}
	g.hurry()
}

// hurry closes those who are slow while others wait, and looks again when the next one may be.
func (g *gate) hurry() {
	if len(g.waiting) == 0 || g.look != nil {
		return
	}
	again := slowTime
	for e := g.inside.Front(); e != nil; e = e.Next() {
		x, _ := e.Value.(*guest)
		if left := slowTime - x.conn.blocked(); left > 0 {
			again = min(again, left)
		} else {
			_ = x.conn.Close()
		}
	}
	g.look = time.AfterFunc(again, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.look = nil
		g.hurry()
	})
}
