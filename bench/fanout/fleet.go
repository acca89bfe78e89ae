package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"golang.org/x/sync/errgroup"
)

// fleet is a number of clients of one server, each with its own connection.
type fleet struct {
	conns    []net.Conn
	received []time.Time // by client: when the latest routes or filters came,
	accepted []time.Time // and when it had acknowledged them

	retries atomic.Int64 // connections that took too long, or that the server sent away

	left   atomic.Int64 // responses still to come
	done   chan struct{}
	failed chan error
}

// connect returns once every client has what it asks for.
func connect(ctx context.Context, s *server, n int, delta bool, o options) (*fleet, error) {
	f := &fleet{
		conns: make([]net.Conn, n), received: make([]time.Time, n), accepted: make([]time.Time, n),
		done: make(chan struct{}, 1), failed: make(chan error, n),
	}
	f.expect(2 * n) // routes and filters
	var group errgroup.Group
	group.SetLimit(o.atOnce)
	for i := range n {
		group.Go(func() error { return f.start(ctx, i, s, delta, o) })
	}
	err := group.Wait()
	if err == nil {
		err = f.wait(ctx)
	}
	if err != nil {
		f.close()
		return nil, fmt.Errorf("connect %d clients: %w", n, err)
	}
	return f, nil
}

func (f *fleet) start(ctx context.Context, i int, to *server, delta bool, o options) error {
	c, err := f.open(ctx, i, to, delta, o)
	if err != nil {
		return err
	}
	go func() {
		for {
			received := false
			err := c.run(func(typeURL string, at time.Time) {
				received = true
				f.took(i, typeURL, at)
			})
			if !received && ctx.Err() == nil { // it was sent away after its own part of the handshake
				f.retries.Add(1)
				if c, err = f.open(ctx, i, to, delta, o); err == nil {
					continue
				}
			}
			f.failed <- err
			return
		}
	}()
	return nil
}

func (f *fleet) open(ctx context.Context, i int, to *server, delta bool, o options) (*client, error) {
	conn, err := dial(ctx, to.address, to.tls, func() { f.retries.Add(1) })
	if err != nil {
		return nil, err
	}
	f.conns[i] = conn
	method := adsMethod + "StreamAggregatedResources"
	if delta {
		method = adsMethod + "DeltaAggregatedResources"
	}
	s, err := open(conn, method)
	if err != nil {
		return nil, err
	}
	node := &corev3.Node{
		Id: fmt.Sprintf("envoy-%05d", i), Cluster: "fleet", UserAgentName: "envoy", Extensions: o.extensions,
		UserAgentVersionType: &corev3.Node_UserAgentVersion{UserAgentVersion: "1.40.0"},
	}
	return &client{stream: s, node: node, delta: delta, names: map[string][]string{}, asked: o.seen.asked}, nil
}

// extensions are as long as those that Envoy 1.40 lists in its node: 516 of them, 61 kB.
func extensions(n int) (out []*corev3.Extension) {
	for i := range n {
		out = append(out, &corev3.Extension{
			Name: fmt.Sprintf("envoy.filters.http.extension_%03d", i), Category: "envoy.filters.http",
			TypeUrls: []string{fmt.Sprintf("envoy.extensions.filters.http.ext_%03d.v3.Extension", i)},
		})
	}
	return out
}

func (f *fleet) took(i int, typeURL string, received time.Time) {
	if typeURL != resourcev3.RouteType && typeURL != resourcev3.ExtensionConfigType {
		return
	}
	f.received[i], f.accepted[i] = received, time.Now()
	if f.left.Add(-1) == 0 {
		f.done <- struct{}{}
	}
}

// expect announces n responses, which wait then waits for.
func (f *fleet) expect(n int) { f.left.Store(int64(n)) }

func (f *fleet) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	select {
	case <-f.done:
		return nil
	case err := <-f.failed:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%d responses did not come: %w", f.left.Load(), ctx.Err())
	}
}

func (f *fleet) close() {
	for _, c := range f.conns {
		if c != nil {
			_ = c.Close()
		}
	}
}

// spread is how a push reached the clients, in time since it began.
type spread struct {
	first          time.Duration // received by the first client
	p50, p99, last time.Duration // acknowledged
}

func (f *fleet) spread(began time.Time) spread {
	took := make([]time.Duration, len(f.accepted))
	for i, t := range f.accepted {
		took[i] = t.Sub(began)
	}
	slices.Sort(took)
	first := slices.MinFunc(f.received, time.Time.Compare)
	return spread{first.Sub(began), took[len(took)/2], took[len(took)*99/100], took[len(took)-1]}
}
