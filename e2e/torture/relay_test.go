//go:build torture

package torture

import (
	"net"
	"sync"
	"time"
)

// relay is the path from one Envoy to the server.
type relay struct {
	lis    net.Listener
	server string

	mu    sync.Mutex
	conns map[net.Conn]bool
	cut   bool          // connections end, and new ones at once
	stuck bool          // nothing passes
	delay time.Duration // of each piece
}

func newRelay(n namespace, address, server string) (*relay, error) {
	lis, err := n.listen(address)
	if err != nil {
		return nil, err
	}
	r := &relay{lis: lis, server: server, conns: map[net.Conn]bool{}}
	go r.run()
	return r, nil
}

// set changes what the path does.
func (r *relay) set(cut, stuck bool, delay time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut, r.stuck, r.delay = cut, stuck, delay
	if cut {
		for c := range r.conns {
			_ = c.Close()
		}
	}
}

func (r *relay) run() {
	for {
		near, err := r.lis.Accept()
		if err != nil {
			return
		}
		go func() {
			far, err := net.Dial("tcp", r.server)
			if err != nil || !r.keep(near, far) {
				_ = near.Close()
				return
			}
			go r.pass(near, far)
			r.pass(far, near)
		}()
	}
}

// keep notes two connections; a path that is cut has none.
func (r *relay) keep(near, far net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		_ = far.Close()
		return false
	}
	r.conns[near], r.conns[far] = true, true
	return true
}

// pass carries what comes from one end to the other, until either ends.
func (r *relay) pass(from, to net.Conn) {
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.conns, from)
		_ = from.Close()
		_ = to.Close()
	}()
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if err != nil || !r.wait() {
			return
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}

// wait returns once a piece may pass, or false if it never may.
func (r *relay) wait() bool {
	for {
		r.mu.Lock()
		cut, stuck, delay := r.cut, r.stuck, r.delay
		r.mu.Unlock()
		switch {
		case cut:
			return false
		case !stuck:
			time.Sleep(delay)
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
}
