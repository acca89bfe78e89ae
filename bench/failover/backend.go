package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// badness is what is wrong with a backend.
type badness string

const (
	isGood     badness = ""
	refuses    badness = "refuses connections"
	resets     badness = "takes connections and resets them"
	answers503 badness = "answers 503"
)

// backend answers 200 with its name, unless it is bad.
type backend struct {
	name    string
	address string
	port    int

	mu          sync.Mutex
	bad         badness
	server      *http.Server
	connections map[net.Conn]bool
}

func startBackend(ctx context.Context, name string) (*backend, error) {
	b := &backend{name: name, address: "127.0.0.1:0", connections: map[net.Conn]bool{}}
	l, err := b.serve(ctx)
	if err != nil {
		return nil, err
	}
	b.address, b.port = l.Addr().String(), l.Addr().(*net.TCPAddr).Port
	return b, nil
}

func (b *backend) serve(ctx context.Context) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", b.address)
	if err != nil {
		return nil, err
	}
	b.server = &http.Server{Handler: b, ConnState: b.connection, ReadHeaderTimeout: time.Minute}
	go func(s *http.Server) { _ = s.Serve(l) }(b.server) // until it is closed
	return l, nil
}

func (b *backend) close() { _ = b.server.Close() }

func (b *backend) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	bad := b.bad
	b.mu.Unlock()
	w.Header().Set("X-Backend", b.name)
	if bad == answers503 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// turn makes the backend bad or good from now on.
func (b *backend) turn(ctx context.Context, bad badness) error {
	b.mu.Lock()
	was := b.bad
	b.bad = bad
	if bad == resets || bad == refuses {
		for c := range b.connections {
			reset(c)
		}
	}
	b.mu.Unlock()
	switch {
	case bad == refuses:
		return b.server.Close()
	case was == refuses:
		_, err := b.serve(ctx)
		return err
	}
	return nil
}

// connection keeps the connections that are open, and resets new ones where that is what is wrong.
func (b *backend) connection(c net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch state {
	case http.StateNew:
		if b.bad == resets {
			reset(c)
			return
		}
		b.connections[c] = true
	case http.StateClosed:
		delete(b.connections, c)
	}
}

func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}
