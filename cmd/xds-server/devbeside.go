package main

import (
	"context"
	"errors"
	"net"
	"strconv"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/dev"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/uaecho"
)

// echoAddress is where dev answers if the config has an upstream there.
const echoAddress = "127.0.0.1:10001"

// developing is what runs beside the server of dev.
type developing struct {
	devFlags
	out     *dev.Out
	builder *dev.Builder
	source  *dev.Patient
	first   *config.Config // that the server began with
}

// from makes the server wait for builds, and for a first config that is good.
func (d *developing) from(ctx context.Context, files source.Source, checker *preflight.Checker) source.Source {
	d.source = &dev.Patient{Source: files, Builder: d.builder, Out: d.out, Judge: func(read func(string) ([]byte, error)) error {
		p, err := prepare.File(ctx, checker, d.serve.config, prepare.Environ(read))
		if err == nil {
			d.first = p.Config
		}
		return err
	}}
	return d.source
}

// serving is called once the ports answer.
func (d *developing) serving(ctx context.Context, parts *errgroup.Group, l *live.Live, xds, admin string) error {
	d.out.Say("serving %s; status: http://%s", d.serve.config, admin)
	d.echo(ctx, parts)
	follow := &dev.Follow{Edits: l.Edits, Served: func() bool { return l.Status().Error == nil }, Source: d.source, Out: d.out, Alone: d.envoy == ""}
	parts.Go(func() error {
		follow.Run(ctx)
		return nil
	})
	if d.envoy == "" {
		d.out.Say("connect an Envoy: xds-server bootstrap --server %s >envoy.yaml && envoy -c envoy.yaml", xds)
		return nil
	}
	host, port, err := hostPort(xds)
	if err != nil {
		return err
	}
	// Without V8 from the start, an Envoy 1.36 or 1.37 can crash when its first filter comes.
	bootstrap, err := bootstrapFlags{hostOf: host, portOf: port, nodeID: "dev", startWasm: true}.bootstrap("envoy.yaml", nil)
	if err != nil {
		return err
	}
	d.out.Say("starting Envoy; ask it: curl -i %s", d.listener())
	envoy := dev.Envoy{Path: d.envoy, Bootstrap: bootstrap.Data, Level: d.moduleLog, Out: d.out}
	parts.Go(func() error { return envoy.Run(ctx) })
	return nil
}

// listener is where this machine reaches the Envoy.
func (d *developing) listener() string {
	address := d.first.Listener.Address
	if ip := net.ParseIP(address); ip != nil && ip.IsUnspecified() {
		address = "127.0.0.1"
	}
	return net.JoinHostPort(address, strconv.Itoa(int(d.first.Listener.Port)))
}

// echo answers as an upstream of the config, if there is one at echoAddress.
func (d *developing) echo(ctx context.Context, parts *errgroup.Group) {
	for _, u := range d.first.Upstreams {
		if net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port))) != echoAddress || u.TLS != nil {
			continue
		}
		var lc net.ListenConfig
		lis, err := lc.Listen(ctx, "tcp", echoAddress)
		if err != nil {
			if errors.Is(err, syscall.EADDRINUSE) {
				d.out.Say("upstream %s: %s is in use, so requests go to whoever has it", u.Name, echoAddress)
			} else {
				d.out.Say("upstream %s: %v", u.Name, err)
			}
			return
		}
		upstream, err := uaecho.New(uaecho.Options{Plaintext: true})
		if err != nil {
			d.out.Say("upstream %s: %v", u.Name, err)
			return
		}
		parts.Go(func() error { return upstream.Run(ctx, lis) })
		return
	}
}
