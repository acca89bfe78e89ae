package admin

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// maxConns is how many connections there may be at a time.
const maxConns = 256

// conns keeps the connections of a server below a bound: for one too many the oldest that waits for a next request
// is closed, else the oldest. So one that asks and goes is answered, however many others wait or stall.
type conns struct {
	mu   sync.Mutex
	max  int
	all  []net.Conn // by age, the oldest first
	idle map[net.Conn]bool
}

// state is for http.Server.ConnState.
func (c *conns) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	var victim net.Conn
	switch s {
	case http.StateNew:
		c.all = append(c.all, conn)
		if len(c.all) > c.max {
			victim = c.oldest()
			c.forget(victim)
		}
	case http.StateActive:
		delete(c.idle, conn)
	case http.StateIdle:
		if c.idle == nil {
			c.idle = map[net.Conn]bool{}
		}
		c.idle[conn] = true
	case http.StateClosed, http.StateHijacked:
		c.forget(conn)
	}
	c.mu.Unlock()
	// Closing a tls.Conn says goodbye first, which may take seconds.
	if t, ok := victim.(*tls.Conn); ok {
		victim = t.NetConn()
	}
	if victim != nil {
		_ = victim.Close()
	}
}

func (c *conns) oldest() net.Conn {
	for _, conn := range c.all {
		if c.idle[conn] {
			return conn
		}
	}
	return c.all[0]
}

func (c *conns) forget(conn net.Conn) {
	delete(c.idle, conn)
	for i, x := range c.all {
		if x == conn {
			c.all = append(c.all[:i], c.all[i+1:]...)
			return
		}
	}
}
