// Command figures measures what it costs the server that many Envoys tell it of their traffic.
//
// The Envoys are simulated in this process: each has a connection, takes all clusters, and sends reports of the size and
// with the counters that an Envoy sends. Half of the requests fail at every upstream, which is the most there is to keep.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

type options struct {
	binary    string
	clients   int
	upstreams string
	every     time.Duration
	reports   int
}

func main() {
	var o options
	flag.StringVar(&o.binary, "xds-server", "bin/xds-server", "livefilter's binary")
	flag.IntVar(&o.clients, "clients", 1000, "number of Envoys")
	flag.StringVar(&o.upstreams, "upstreams", "1,8,64", "numbers of upstreams")
	flag.DurationVar(&o.every, "every", 5*time.Second, "how often each reports; our bootstrap says 10 s")
	flag.IntVar(&o.reports, "reports", 6, "reports of each")
	flag.Parse()
	if err := run(context.Background(), o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench-figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, stdout io.Writer) (err error) {
	fmt.Fprintln(stdout, "| upstreams | bytes a report | CPU a report, ms | of one core at 10 s, 1000 Envoys | kB an Envoy without | with | /status without, ms | with |")
	fmt.Fprintln(stdout, "|---|---|---|---|---|---|---|---|")
	for text := range strings.SplitSeq(o.upstreams, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		if err := o.measure(ctx, n, stdout); err != nil {
			return err
		}
	}
	return nil
}

func (o options) measure(ctx context.Context, upstreams int, stdout io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "bench-figures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	config := filepath.Join(dir, "livefilter.yaml")
	if err := os.WriteFile(config, []byte(configOf(upstreams)), 0o600); err != nil {
		return err
	}
	s, err := start(exec.CommandContext(ctx, o.binary, "serve", "--config", config,
		"--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"))
	if err != nil {
		return err
	}
	defer s.stop()
	report := reportOf(upstreams)
	base := s.rss()
	fleet, err := connect(ctx, s.xds, o.clients)
	if err != nil {
		return err
	}
	defer fleet.close()
	time.Sleep(3 * time.Second)
	idle, asked := s.rss(), s.status()
	idleCPU := s.cpu()
	time.Sleep(o.every)
	idleCPU = s.cpu() - idleCPU
	began := s.cpu()
	if err := fleet.report(ctx, report, o.every, o.reports); err != nil {
		return err
	}
	cpu := (s.cpu() - began - time.Duration(o.reports)*idleCPU) / time.Duration(o.clients*o.reports)
	each := float64(o.clients)
	fmt.Fprintf(stdout, "| %d | %d | %.3f | %.1f %% | %.0f | %.0f | %.0f | %.0f |\n", upstreams, len(report), cpu.Seconds()*1e3,
		cpu.Seconds()*100*100, (idle-base)/each, (s.rss()-base)/each, asked.Seconds()*1e3, s.status().Seconds()*1e3)
	return nil
}
