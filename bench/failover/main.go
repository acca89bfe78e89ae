// Command failover measures what a backend that turns bad and good by turns costs the clients of an Envoy: the backend
// failover test of github.com/howardjohn/gateway-api-bench (one bad pod beside three good ones, a request each 5 ms, 10 s
// of ejection), without Kubernetes. There a bad backend refuses connections; here it may also take and reset them, or
// answer 503.
//
// Each way is an Envoy of its own, all of them in front of the same four backends at the same time, so that whatever
// else the machine does falls on all.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

type options struct {
	envoy, server string
	turns         int
	turn, pace    time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.envoy, "envoy", "envoy", "the Envoy binary")
	flag.StringVar(&o.server, "server", "xds-server", "the xds-server binary")
	flag.IntVar(&o.turns, "turns", 2, "how often the backend turns bad, in each of the three ways to be bad")
	flag.DurationVar(&o.turn, "turn", 12*time.Second, "how long it stays bad, and good: longer than it is left out")
	flag.DurationVar(&o.pace, "pace", 5*time.Millisecond, "between two requests of a client")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-failover:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "bench-failover-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var backends []*backend
	for i := range 4 {
		b, err := startBackend(ctx, string(rune('a'+i)))
		if err != nil {
			return err
		}
		defer b.close()
		backends = append(backends, b)
	}
	var clients []*client
	for _, w := range ways() {
		port, stop, err := startEnvoy(ctx, o, dir, w, backends)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		defer stop()
		clients = append(clients, &client{way: w.name, port: port})
	}
	for _, bad := range []badness{refuses, resets, answers503} {
		fmt.Fprintf(stderr, "bench-failover: %s, %s\n", bad, 2*time.Duration(o.turns)*o.turn)
		turns, err := flip(ctx, o, backends[0], bad, clients)
		if err != nil {
			return err
		}
		report(stdout, bad, turns, clients)
	}
	return nil
}

// turn is when a backend turned bad, and when it turned good again.
type turn struct{ bad, good, end time.Time }

// flip sends requests by all clients while the backend turns bad and good.
func flip(ctx context.Context, o options, b *backend, bad badness, clients []*client) (turns []turn, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{}, len(clients))
	for _, c := range clients {
		c.results = nil
		go func() {
			c.run(ctx, o.pace)
			done <- struct{}{}
		}()
	}
	wait := func(d time.Duration) {
		select {
		case <-ctx.Done():
			err = errors.Join(err, ctx.Err())
		case <-time.After(d):
		}
	}
	wait(2 * time.Second)
	for range o.turns {
		t := turn{bad: time.Now()}
		err = errors.Join(err, b.turn(ctx, bad))
		wait(o.turn)
		t.good = time.Now()
		err = errors.Join(err, b.turn(ctx, isGood))
		wait(o.turn)
		t.end = time.Now()
		turns = append(turns, t)
	}
	cancel()
	for range clients {
		<-done
	}
	return turns, err
}
