package main

import (
	"context"
	"os"
	"time"
)

// measured is what one server did with one number of clients, in all rounds.
type measured struct {
	spreads    []spread
	cpu        time.Duration // the server's, for all of spreads
	idle, peak []float64     // kB, of each round
	herd       []herd        // of each round
}

// herd is how all clients connected.
type herd struct {
	took, cpu time.Duration // until each had what it asks for; the server's
	retries   int64         // connections that took too long, or that the server sent away
}

const (
	warmups = 3                      // pushes before the clients come: livefilter compiles a module that it meets again
	pause   = 200 * time.Millisecond // after a push: what it left to do belongs to it
)

// round runs a server from its start to its end and adds what it measured to m.
func (m *measured) round(ctx context.Context, o options, kind string, n int, delta bool) error {
	dir, err := os.MkdirTemp(o.dir, "round-")
	if err != nil {
		return err
	}
	s, err := start(ctx, kind, o.binary, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	push := 0
	for range warmups {
		push++
		if _, err := s.push(push); err != nil {
			return err
		}
		time.Sleep(pause)
	}
	time.Sleep(o.settle)
	base, err := s.memory("VmRSS")
	if err != nil {
		return err
	}
	before, err := s.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	f, err := connect(ctx, s, n, delta, o)
	if err != nil {
		return err
	}
	defer f.close()
	took := time.Since(began)
	after, err := s.cpu()
	if err != nil {
		return err
	}
	m.herd = append(m.herd, herd{took, after - before, f.retries.Load()})
	time.Sleep(o.settle)
	idle, err := s.memory("VmRSS")
	if err != nil {
		return err
	}
	for i := range o.pushes + 1 {
		push++
		if i == 1 { // the first one was to warm up
			if err := s.resetPeak(); err != nil {
				return err
			}
		}
		sp, cpu, err := one(ctx, s, f, push)
		if err != nil {
			return err
		}
		if i > 0 {
			m.spreads, m.cpu = append(m.spreads, sp), m.cpu+cpu
		}
	}
	peak, err := s.memory("VmHWM")
	m.idle, m.peak = append(m.idle, (idle-base)/float64(n)), append(m.peak, (peak-base)/float64(n))
	return err
}

// one pushes once and waits until the last client has answered.
func one(ctx context.Context, s *server, f *fleet, push int) (spread, time.Duration, error) {
	before, err := s.cpu()
	if err != nil {
		return spread{}, 0, err
	}
	f.expect(len(f.conns))
	began, err := s.push(push)
	if err == nil {
		err = f.wait(ctx)
	}
	if err != nil {
		return spread{}, 0, err
	}
	time.Sleep(pause)
	after, err := s.cpu()
	return f.spread(began), after - before, err
}
