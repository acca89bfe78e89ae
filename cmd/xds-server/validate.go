package main

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/usage"
)

func validateCommand() *cobra.Command {
	var envoy string
	var b bounds
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Say what is wrong with config files",
		Long: `Say what is wrong with config files, and with the files that they name: all that serve
would refuse, each error with file, line, column and field. FILE may be a folder, for each
*.yaml in it, or "-", for the standard input. Every filter is started in process, as an Envoy
would start it. Warnings are about what Envoy alone can judge (with --envoy, one is asked) and
about upstreams whose host this machine cannot resolve: a running server refuses an edit to a
new host that DNS does not know, which plan tells.

The exit status is 0 if serve would take every file at a start, and 1 if not.`,
		Example: `  xds-server validate config/livefilter.yaml
  xds-server validate config/ --envoy /usr/bin/envoy
  envsubst <livefilter.yaml.in | xds-server validate -`,
		RunE: func(c *cobra.Command, args []string) error { return validateAll(c, args, envoy, b) },
	}
	b.flags(c.Flags())
	c.Flags().StringVar(&envoy, "envoy", "", "`path` of an Envoy that has to take the files too (--mode validate)")
	return c
}

// validateAll judges each file, the others too after one that is refused.
func validateAll(c *cobra.Command, args []string, envoy string, b bounds) error {
	checker, err := b.checker()
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(c.Context()))
	files, err := configs(args)
	if err != nil {
		return err
	}
	refused := 0
	for _, arg := range files {
		err := validate(c, checker, arg, envoy)
		switch {
		case err != nil && len(files) == 1:
			return err
		case err != nil:
			refused++
			usage.Explain(c.ErrOrStderr(), c, err)
		}
		if err := c.Context().Err(); err != nil {
			return errSaid
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d files are refused", refused, len(files))
	}
	return nil
}

// configs are the files of a command line. A folder stands for what it has.
func configs(args []string) (files []string, err error) {
	for i, arg := range args {
		if arg == "-" && slices.Contains(args[:i], arg) {
			return nil, usage.Errorf("FILE %q: given twice, and the standard input can be read once", arg)
		}
		info, err := os.Stat(arg)
		if err != nil || !info.IsDir() { // reading it says what is wrong
			files = append(files, arg)
			continue
		}
		var found []string
		for _, pattern := range []string{"*.yaml", "*.yml"} {
			names, err := fs.Glob(os.DirFS(arg), pattern)
			if err != nil {
				return nil, fmt.Errorf("list %s: %w", arg, err)
			}
			found = append(found, names...)
		}
		if len(found) == 0 {
			return nil, usage.Errorf("FILE %q: the folder has no *.yaml", arg)
		}
		slices.Sort(found)
		for _, name := range found {
			files = append(files, filepath.Join(arg, name))
		}
	}
	return files, nil
}

func validate(c *cobra.Command, checker *preflight.Checker, arg, envoy string) error {
	ctx := c.Context()
	file, read := configFile(c, arg)
	p, err := prepare.File(ctx, checker, file, read)
	if err != nil {
		return err
	}
	// What is served is not known here, so that no host is refused: Resolve warns.
	if err := p.Resolve(ctx, net.DefaultResolver.LookupHost, nil); err != nil {
		return err
	}
	warn(c.ErrOrStderr(), p)
	if envoy != "" {
		if err := envoyVerdict(ctx, envoy, file, p); err != nil {
			return err
		}
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "%s: %s\n", file, colour.For(w).Good("ok"))
	return nil
}
