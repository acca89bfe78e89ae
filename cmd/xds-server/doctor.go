package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/doctor"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/summary"
	"github.com/livefilter/livefilter/internal/usage"
	"github.com/livefilter/livefilter/internal/watch"
)

// doctorTime bounds the questions to servers.
const doctorTime = 5 * time.Second

type doctorFlags struct {
	server               where
	xdsAddress, stateDir string
	bounds               bounds
}

func doctorCommand() *cobra.Command {
	var f doctorFlags
	c := &cobra.Command{
		Use:   "doctor [FILE]",
		Short: "Look at all that a server depends on, and say what to change",
		Long: `Look at all that a server depends on: the config FILE and those that it names, who may read
and change them, the state folder, the two ports, DNS, connection and certificate of each
upstream as this machine sees them, and what running servers say of themselves and their
Envoys (versions, equal node IDs, configs that differ, certificates near their end).

Each finding is a line: ok, warning or error, and what to change. FILE is the one that serve
takes by default, where that is there. The exit status is 1 if there is an error.`,
		RunE: func(c *cobra.Command, args []string) error {
			name, read := configFile(c, append(args, found(defaultConfig))[0])
			return examine(c.Context(), &f, name, read, c.OutOrStdout())
		},
	}
	askWhere(c, &f.server)
	several(c)
	c.Flags().StringVar(&f.xdsAddress, "xds-address", "127.0.0.1:18000", "`address` that Envoys connect to")
	c.Flags().StringVar(&f.stateDir, "state-dir", "", "`folder` that serve is given by this flag")
	f.bounds.flags(c.Flags())
	return c
}

// found is file, or "" where it is not there.
func found(file string) string {
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}

// examine prints what it finds.
func examine(ctx context.Context, f *doctorFlags, file string, read prepare.ReadFunc, w io.Writer) error {
	checker, err := f.bounds.checker()
	if err != nil {
		return err
	}
	defer func() { _ = checker.Close(context.WithoutCancel(ctx)) }()
	asked, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	servers := askAll(asked, f.server.each())
	var wrong *usage.Error
	if err := servers.Err(); errors.As(err, &wrong) {
		return err
	}
	var all []doctor.Finding
	version := ""
	if file != "" {
		found, p, err := examineFile(ctx, checker, file, read)
		all = append(all, found...)
		if err == nil {
			version = p.Snapshot.Version
			network := doctor.Network{Lookup: net.DefaultResolver.LookupHost, Dial: (&net.Dialer{}).DialContext}
			all = append(all, network.Upstreams(ctx, p.Config)...)
		}
	}
	if f.stateDir != "" {
		all = append(all, doctor.StateFolder(f.stateDir)...)
	}
	if len(servers) == 1 {
		ports, free := doctor.Ports(ctx, f.xdsAddress, withoutScheme(servers[0].Address), isServer(servers[0].Err))
		all = append(all, ports...)
		if free {
			servers = summary.Servers{}
		}
	}
	if doctor.Write(w, append(all, doctor.Servers(servers, file, version)...)) {
		return errSaid
	}
	return nil
}

func examineFile(ctx context.Context, checker *preflight.Checker, file string, read prepare.ReadFunc) ([]doctor.Finding, *prepare.Prepared, error) {
	var reads doctor.Reads
	p, err := prepare.File(ctx, checker, file, reads.Remember(read))
	return append(doctor.File(file, p, err), reads.Rights(watch.Mounted)...), p, err
}

// isServer says whether a livefilter server answered, if only to refuse.
func isServer(err error) bool {
	var unreachable errUnreachable
	return !errors.As(err, &unreachable)
}

// withoutScheme is an admin address without its scheme.
func withoutScheme(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}
