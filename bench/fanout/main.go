// Command fanout measures what it costs a management server to send one change to many Envoys.
//
// Three servers send the same bytes: livefilter, a plain server on go-control-plane's snapshot cache, and the floor, a
// bare gRPC server that sends one prepared message. The Envoys are simulated here, in one process: each has a
// connection of its own, asks for what an Envoy asks for, and accepts everything. A round starts each server in turn,
// so that whatever else the machine does falls on all. Server and clients share the processors: compare the rows.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

type options struct {
	binary  string
	clients string
	rounds  int
	pushes  int
	settle  time.Duration
	serve   string
	mtls    bool
	sotw    bool
	// atOnce is how many clients connect at the same time. They share the server's processors: more of them
	// measure how they wait for each other, and the server lets 48 of one host shake hands at a time.
	atOnce int

	listed int // in each node

	dir        string
	seen       *listeners
	extensions []*corev3.Extension
}

// way is a server and the protocol that its clients speak.
type way struct {
	kind  string
	delta bool
}

func main() {
	var o options
	flag.StringVar(&o.binary, "xds-server", "bin/xds-server", "livefilter's binary")
	flag.StringVar(&o.clients, "clients", "1,1000,5000,10000", "numbers of clients")
	flag.IntVar(&o.rounds, "rounds", 2, "rounds")
	flag.IntVar(&o.pushes, "pushes", 5, "measured pushes in a round")
	flag.DurationVar(&o.settle, "settle", 3*time.Second, "pause before memory is read")
	flag.IntVar(&o.listed, "extensions", 0, "extensions that each client lists in its node; Envoy 1.40 lists 516, of 61 kB")
	flag.IntVar(&o.atOnce, "at-once", 32, "clients that connect at the same time; as many as there are: a restart of the server")
	flag.BoolVar(&o.mtls, "mtls", false, "livefilter with and without TLS, and the floor")
	flag.BoolVar(&o.sotw, "sotw", true, "clients of the state of the world, too")
	flag.StringVar(&o.serve, "serve", "", "be a server: for the program itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-fanout:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	if o.serve != "" {
		return serve(ctx, o.serve, stdin, stdout)
	}
	o.extensions = extensions(o.listed)
	o.seen = &listeners{known: map[string][2][]string{}}
	if o.dir, err = os.MkdirTemp("", "bench-fanout-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	for text := range strings.SplitSeq(o.clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-clients %q: must be numbers", o.clients)
		}
		if err := allowFiles(uint64(n) + 200); err != nil {
			return err
		}
		all, err := measure(ctx, o, n, stderr)
		if err != nil {
			return err
		}
		report(stdout, n, all)
	}
	return nil
}

func measure(ctx context.Context, o options, n int, stderr io.Writer) (map[way]*measured, error) {
	all := map[way]*measured{}
	kinds := kinds
	if o.mtls {
		kinds = securely
	}
	for round := range o.rounds {
		for _, delta := range []bool{true, false} {
			if !delta && !o.sotw {
				continue
			}
			for k := range kinds {
				w := way{kinds[(round+k)%len(kinds)], delta} // nobody always goes first
				if all[w] == nil {
					all[w] = &measured{}
				}
				fmt.Fprintf(stderr, "bench-fanout: round %d of %d, %d clients, %s, %s\n",
					round+1, o.rounds, n, protocol(delta), w.kind)
				if err := all[w].round(ctx, o, w.kind, n, delta); err != nil {
					return nil, fmt.Errorf("%s, %s: %w", w.kind, protocol(delta), err)
				}
			}
		}
	}
	return all, nil
}

// allowFiles raises the limit of open files to n at least, for the servers too.
func allowFiles(n uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Max = max(limit.Max, n) // root may
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("%d open files, one a connection, need a higher hard limit (ulimit -Hn): %w", n, err)
	}
	return nil
}
