package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/mtls"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/putback"
	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/usage"
	"github.com/livefilter/livefilter/internal/watch"
	"github.com/livefilter/livefilter/internal/xds"
)

const defaultConfig = "config/livefilter.yaml"

type serveFlags struct {
	xdsFlags
	keys                *mtls.Keys // of the port that Envoys connect to; nil: plaintext
	admin               adminFlags
	config              string
	stateDir            string
	fleet               xds.Options
	bounds              bounds
	logLevel, logFormat string
	beside              beside // nil: nothing
}

// beside is what runs with the server in a process.
type beside interface {
	// from is the source that the server takes instead of files.
	from(ctx context.Context, files source.Source, checker *preflight.Checker) source.Source
	// serving is called once the ports answer. Its parts run as long as the server.
	serving(ctx context.Context, parts *errgroup.Group, l *live.Live, xds, admin string) error
}

func serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve [FILE]",
		Short: "Serve the config file to Envoys and follow its edits",
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.takeFile(c, args); err != nil {
				return err
			}
			return serve(c.Context(), f, c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&f.config, "config", defaultConfig, "the config `file`, where FILE is not given")
	usage.CompleteConfig(c, "config")
	f.register(c)
	f.admin.register(c)
	c.Flags().StringVar(&f.stateDir, "state-dir", "", "`folder` that keeps the history of configs, and the newest one that Envoys ran, to be served if the file is broken at a start")
	c.Flags().DurationVar(&f.fleet.GoneAfter, "gone-after", 2*time.Minute, "how long an Envoy that left without running what is served stands against live")
	c.Flags().IntVar(&f.fleet.Expect, "expect-envoys", 0, "how many Envoys must be connected, at the least, before anything is live")
	f.bounds.flags(c.Flags())
	c.Flags().StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	usage.Complete(c, "log-level", usage.Values("debug", "info", "warn", "error"))
	c.Flags().StringVar(&f.logFormat, "log-format", "text", "text or json")
	usage.Complete(c, "log-format", usage.Values("text", "json"))
	return c
}

// takeFile reads the argument, which may repeat --config and not say something else.
func (f *serveFlags) takeFile(c *cobra.Command, args []string) error {
	flag := c.Flags().Lookup("config")
	switch {
	case len(args) == 0 && f.config == "":
		return usage.Errorf("--config %q: must be a file", "")
	case len(args) == 0:
		return nil
	case args[0] == "-":
		return usage.Errorf("FILE %q: must be a file, whose edits can be followed", "-")
	case flag.Changed && !usage.FromVariable(flag) && f.config != args[0]:
		return usage.Errorf("FILE %q: --config is %q: take one of them away", args[0], f.config)
	}
	f.config = args[0]
	return nil
}

// serve runs until ctx is done, or a part fails. A config that is broken at the start is
// an error: there is no last good one to serve.
func serve(ctx context.Context, f serveFlags, stderr io.Writer) error {
	log, err := newLogger(f.logLevel, f.logFormat, stderr)
	if err != nil {
		return err
	}
	return serveWith(ctx, f, log)
}

func serveWith(ctx context.Context, f serveFlags, log *slog.Logger) (err error) {
	slog.SetDefault(log) // for what Go's libraries say, see grpcLog
	if f.keys, err = f.open(log); err != nil {
		return err
	}
	if err := f.admin.open(log, f.tls); err != nil {
		return err
	}
	ports, err := bind(ctx, f)
	if err != nil {
		return err
	}
	defer ports.close()
	files, err := watch.New(log, config.MaxModuleBytes)
	if err != nil {
		return err
	}
	hangups, stop := notifyHangups()
	defer stop()
	checker, err := f.bounds.checker()
	if err != nil {
		return err
	}
	defer func() { _ = checker.Close(context.WithoutCancel(ctx)) }()
	state, err := live.OpenState(f.stateDir, log)
	if err != nil {
		return err
	}
	if state != nil {
		defer func() { _ = state.Close() }()
	}
	o := live.Options{
		File: f.config, Log: log, Source: files, Checker: checker, State: state,
		Saved: modTime, Disk: putback.Disk{}, Lookup: net.DefaultResolver.LookupHost, Fleet: f.fleet, Verified: f.keys != nil,
	}
	if f.beside != nil {
		o.Source = f.beside.from(ctx, files, checker)
	}
	if f.keys != nil {
		o.Warnings = f.keys.Warnings
	}
	l := live.New(o)
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return l.Run(ctx) })
	if f.keys != nil {
		parts.Go(func() error { return f.keys.Run(ctx) })
	}
	parts.Go(func() error { return followHangups(ctx, hangups, l) })
	parts.Go(func() error {
		select {
		case <-l.Ready():
			return answer(ctx, parts, f, ports, log, l)
		case <-ctx.Done():
			return nil
		}
	})
	err = parts.Wait()
	if err == nil {
		log.Info("stopped")
	}
	return err
}

// modTime is when a file was last written, or zero.
func modTime(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func newLogger(level, format string, w io.Writer) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, usage.Errorf("--log-level %q: must be debug, info, warn or error", level)
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, usage.Errorf("--log-format %q: must be text or json", format)
}
