// Command filter measures what the filter adds to a request's way through Envoy, beside other ways to do the same.
//
// Each way is an Envoy of its own with one worker, all of them running; a round sends the same number of requests to
// each in turn, so that whatever else the machine does falls on all. The route answers by itself: no upstream's noise.
// Counted is the worker thread's CPU time, which other processes disturb least; what a way adds is its time less that
// of the Envoy without a filter in the same round.
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
	envoy    string
	modules  modules
	others   modules
	fields   bool
	rounds   int
	requests int
}

func main() {
	var o options
	flag.StringVar(&o.envoy, "envoy", "envoy", "the Envoy binary")
	flag.Var(&o.modules, "module", "NAME=FILE: a build of the filter (repeatable)")
	flag.Var(&o.others, "other", "NAME=FILE: a module in another language, configured by plain or evict (repeatable)")
	flag.BoolVar(&o.fields, "fields", false, "measure each field of a rule with each -module, and nothing else")
	flag.IntVar(&o.rounds, "rounds", 200, "rounds")
	flag.IntVar(&o.requests, "requests", 400, "requests to each Envoy in a round")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-filter:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "bench-filter-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	port, err := serveProcessor(ctx)
	if err != nil {
		return err
	}
	ways := allWays(o)
	envoys := make([]*envoy, len(ways))
	for i, way := range ways {
		if envoys[i], err = startEnvoy(ctx, o.envoy, dir, way, port); err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		defer envoys[i].stop()
		if err := envoys[i].check(way); err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
	}

	// One round to warm up: V8 compiles a module's hot functions in the background.
	times := make([][]time.Duration, len(ways))
	for round := range o.rounds + 1 {
		for k := range ways {
			i := (round + k) % len(ways) // nobody always goes first
			perRequest, err := envoys[i].round(ctx, o.requests)
			if err != nil {
				return fmt.Errorf("%s: %w", ways[i].name, err)
			}
			if round > 0 {
				times[i] = append(times[i], perRequest)
			}
		}
		if round%25 == 0 {
			fmt.Fprintf(stderr, "bench-filter: round %d of %d\n", round, o.rounds)
		}
	}
	return report(stdout, ways, times, o)
}
