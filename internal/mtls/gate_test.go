package mtls

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// pipe is a connection, and whether this side of it was closed.
func pipe(t *testing.T) (conn net.Conn, closed func() bool) {
	here, there := net.Pipe()
	ended := make(chan struct{})
	go func() {
		_, _ = there.Read(make([]byte, 1))
		close(ended)
	}()
	t.Cleanup(func() { _, _ = here.Close(), there.Close() })
	return here, func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}
}

// of is a connection of another host than a pipe's.
type of struct {
	net.Conn
	address string
}

func (o of) RemoteAddr() net.Addr { return o }
func (of) Network() string        { return "tcp" }
func (o of) String() string       { return o.address }

// fill lets as many in as may be.
func fill(t *testing.T, g *gate) (guests []*guest, closed []func() bool) {
	for i := range maxHandshakes {
		conn, c := pipe(t)
		if i < maxOfHost {
			conn = of{conn, "192.0.2.1:1"}
		}
		x, err := g.enter(&begun{Conn: conn}, time.Minute)
		must(t, err)
		guests, closed = append(guests, x), append(closed, c)
	}
	return guests, closed
}

// The one that came last has waited the least.
func TestTheLatestIsLetInFirst(t *testing.T) {
	t.Parallel()
	var g gate
	guests, _ := fill(t, &g)
	order := make(chan string, 3)
	var all sync.WaitGroup
	for i, name := range []string{"first", "second", "third"} {
		all.Go(func() {
			conn, _ := pipe(t)
			x, err := g.enter(&begun{Conn: conn}, time.Minute)
			if err != nil {
				t.Error(err)
				return
			}
			order <- name
			g.leave(x)
		})
		eventually(t, "it waits", func() bool { g.mu.Lock(); defer g.mu.Unlock(); return len(g.waiting) == i+1 })
	}
	g.leave(guests[0])
	all.Wait()
	for _, want := range []string{"third", "second", "first"} {
		if got := <-order; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if g.inside.Len() != maxHandshakes-1 || len(g.waiting) != 0 {
		t.Errorf("%d inside, %d wait", g.inside.Len(), len(g.waiting))
	}
}

// Who takes too long goes as soon as somebody waits, and not before.
func TestSlowOnesMakeRoom(t *testing.T) {
	t.Parallel()
	var g gate
	guests, closed := fill(t, &g)
	g.mu.Lock()
	for _, x := range guests {
		x.conn.spent.Store(int64(slowTime))
	}
	g.mu.Unlock()
	for _, c := range closed {
		if c() {
			t.Fatal("closed while nobody waits")
		}
	}
	for i, c := range closed {
		go func() {
			for !c() {
				time.Sleep(time.Millisecond)
			}
			g.leave(guests[i])
		}()
	}
	conn, _ := pipe(t)
	x, err := g.enter(&begun{Conn: conn}, time.Minute)
	must(t, err)
	g.leave(x)
	eventually(t, "all are gone", func() bool { g.mu.Lock(); defer g.mu.Unlock(); return g.inside.Len() == 0 })
}

// Nobody waits for ever.
func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	var g gate
	fill(t, &g)
	conn, _ := pipe(t)
	if _, err := g.enter(&begun{Conn: conn}, 10*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("let in: %v", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) != 0 || g.inside.Len() != maxHandshakes {
		t.Errorf("%d inside, %d wait", g.inside.Len(), len(g.waiting))
	}
	if g.look != nil {
		g.look.Stop()
	}
}

// Of those who say nothing there is a number, and the oldest make room.
func TestSilentOnesAreBounded(t *testing.T) {
	t.Parallel()
	var g gate
	var all sync.WaitGroup
	var conns []net.Conn
	for range maxSilent + 100 {
		here, _ := net.Pipe()
		conns = append(conns, here)
		all.Go(func() { _, _ = g.listen(here) })
	}
	eventually(t, "100 made room", func() bool {
		closed := 0
		for _, c := range conns {
			if c.SetDeadline(time.Time{}) != nil {
				closed++
			}
		}
		return closed == 100
	})
	for _, c := range conns {
		_ = c.Close()
	}
	all.Wait()
	if g.silent.Len() != 0 {
		t.Errorf("%d are left", g.silent.Len())
	}
}

// A host of which there are as many as may be does not keep another one out, whichever of its addresses it takes.
func TestAHostLeavesRoomForOthers(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(i int) string{
		"no address": func(int) string { return "pipe" },
		"IPv4":       func(i int) string { return fmt.Sprintf("192.0.2.2:%d", i+1) },
		"IPv6":       func(i int) string { return fmt.Sprintf("[2001:db8::%x]:1", i+1) },
	} {
		var g gate
		for i := range maxOfHost {
			conn, _ := pipe(t)
			_, err := g.enter(&begun{Conn: of{conn, address(i)}}, time.Minute)
			must(t, err)
		}
		conn, _ := pipe(t)
		if _, err := g.enter(&begun{Conn: of{conn, address(maxOfHost)}}, 10*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: another one of the host was let in: %v", name, err)
		}
		x, err := g.enter(&begun{Conn: of{conn, "192.0.2.1:1"}}, 0)
		must(t, err)
		g.leave(x)
		g.mu.Lock()
		if len(g.hosts) != 1 || len(g.waiting) != 0 {
			t.Errorf("%s: hosts %v, %d wait", name, g.hosts, len(g.waiting))
		}
		if g.look != nil {
			g.look.Stop()
		}
		g.mu.Unlock()
	}
}
