package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/dev"
	"github.com/livefilter/livefilter/internal/usage"
	"github.com/livefilter/livefilter/internal/watch"
)

type devFlags struct {
	serve     serveFlags
	dir       string
	command   []string // that builds the module
	envoy     string   // path; "": none is started
	moduleLog string
}

func devCommand() *cobra.Command {
	var f devFlags
	c := &cobra.Command{
		Use:   "dev [DIR] [-- COMMAND...]",
		Short: "Build a filter at each save, serve it, and say what became of it",
		Long: `Build the filter in a folder at each save of its sources, serve the folder's livefilter.yaml,
and say what became of the save: "live in 12 ms", or what the compiler, preflight or Envoy has
against it. How it is built is found out by the files of the folder, or is the COMMAND, run there.

With --envoy an Envoy of that path runs beside it, and what the module logs is shown. An upstream
at ` + echoAddress + ` is answered by dev itself, with the request as it arrived.`,
		Example: `  xds-server new my-filter --lang rust
  xds-server dev my-filter --envoy $(which envoy)
  xds-server dev my-filter -- make module`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.take(args, c.ArgsLenAtDash()); err != nil {
				return err
			}
			return develop(c.Context(), f, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&f.serve.config, "config", "", "the config `file` (default livefilter.yaml in DIR)")
	c.Flags().StringVar(&f.envoy, "envoy", "", "`path` of an Envoy to run; without, one that is connected to --xds-address gets the filter")
	c.Flags().StringVar(&f.moduleLog, "module-log", "info", "what the module logs below this `level` is not shown: "+strings.Join(dev.Levels, ", "))
	c.Flags().StringVar(&f.serve.xdsAddress, "xds-address", "127.0.0.1:18000", "`address` for Envoys, in plaintext")
	c.Flags().StringVar(&f.serve.admin.address, "admin-address", "127.0.0.1:18001", "`address` of status and health (HTTP)")
	f.serve.bounds.flags(c.Flags())
	usage.Complete(c, "module-log", usage.Values(dev.Levels...))
	usage.CompleteConfig(c, "config")
	return c
}

// take reads the arguments, of which those from dash on are the command.
func (f *devFlags) take(args []string, dash int) error {
	f.dir = "."
	if dash < 0 {
		dash = len(args)
	} else if dash == len(args) {
		return usage.Errorf("-- is followed by the command that builds the module")
	}
	if dash > 0 {
		f.dir = args[0]
	}
	f.command = args[dash:]
	return nil
}

// check completes the flags.
func (f *devFlags) check() (err error) {
	if info, err := os.Stat(f.dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is not a folder: \"xds-server new %s\" writes one", f.dir, f.dir)
	}
	if f.serve.config == "" {
		f.serve.config = filepath.Join(f.dir, "livefilter.yaml")
	}
	if _, err := os.Stat(f.serve.config); err != nil {
		return fmt.Errorf("%s is not there: --config names the config; \"xds-server new\" writes a folder that has one", f.serve.config)
	}
	for flag, address := range map[string]string{"--xds-address": f.serve.xdsAddress, "--admin-address": f.serve.admin.address} {
		near, err := onLoopback(flag, address)
		if err != nil {
			return err
		}
		if !near {
			return usage.Errorf("%s %s: must be an address of loopback, such as 127.0.0.1:18000: to serve other machines there is serve", flag, address)
		}
	}
	if !slices.Contains(dev.Levels, f.moduleLog) {
		return usage.Errorf("--module-log %q: must be one of %s", f.moduleLog, strings.Join(dev.Levels, ", "))
	}
	if f.envoy != "" {
		if f.envoy, err = exec.LookPath(f.envoy); err != nil {
			return usage.Errorf("--envoy: %w", err)
		}
	}
	if len(f.command) == 0 {
		f.command, err = dev.Command(f.dir)
	}
	return err
}

// develop runs until ctx is done, or a port cannot be had, or Envoy ends.
func develop(ctx context.Context, f devFlags, stdout io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	out := dev.NewOut(stdout)
	log := slog.New(dev.NewHandler(out))
	files, err := watch.New(log, config.MaxModuleBytes)
	if err != nil {
		return err
	}
	d := &developing{devFlags: f, out: out, builder: dev.NewBuilder(f.dir, f.command, out)}
	f.serve.beside = d
	out.Say("building %s with %s", f.dir, strings.Join(f.command, " "))
	loop := &dev.Loop{Dir: f.dir, Source: files, Build: d.builder.Build, Out: out}
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return loop.Run(ctx) })
	parts.Go(func() error { return serveWith(ctx, f.serve, log) })
	return parts.Wait()
}
