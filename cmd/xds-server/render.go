package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/clienttls"
	"github.com/livefilter/livefilter/internal/render/kubename"
	"github.com/livefilter/livefilter/internal/usage"
)

// renderFlags are those of every format; which format takes which, renderFormats says.
type renderFlags struct {
	format, output           string
	json, sotw, anyHost      bool
	server, onMissing        string
	name, namespace          string
	selector, gateway, xdsLn string
	tls                      clienttls.Files
	tlsName, folder          string
	insecure                 bool
	bounds                   bounds
}

func renderCommand() *cobra.Command {
	var f renderFlags
	c := &cobra.Command{
		Use:   "render FILE",
		Short: "Print the config file as what Envoy, Istio or Envoy Gateway read",
		Long: `Print the config file as what Envoy, Istio or Envoy Gateway read.

  envoy          an Envoy config that starts on its own, without a server; with -o the
                 modules become files beside it
  xds            the resources that the server sends, as Envoy's /config_dump has them
  snippet        what an Envoy that you configure needs to take just the filters from a
                 livefilter server, live
  istio          manifests for Istio's sidecars that need no livefilter server, and a README
  istio-live     an EnvoyFilter that makes sidecars take the filters from a livefilter server
  envoy-gateway  an EnvoyPatchPolicy that does the same in Envoy Gateway`,
		RunE: func(c *cobra.Command, args []string) error { return renderFile(c, f, args[0]) },
	}
	usage.OwnVariables(c) // its --tls-cert is of Envoy's machine
	flags := c.Flags()
	flags.StringVar(&f.format, "format", "envoy", strings.Join(formatNames(), ", "))
	usage.Complete(c, "format", usage.Values(formatNames()...))
	flags.StringVarP(&f.output, "output", "o", "", "write files into this `folder` instead of printing")
	flags.BoolVar(&f.json, "json", false, "JSON instead of YAML (envoy, xds)")
	flags.StringVar(&f.server, "server", "", "`host:port` of the livefilter server, as Envoy reaches it (snippet, istio-live,\nenvoy-gateway; default xds-server:18000, in Kubernetes xds-server.livefilter.svc.cluster.local:18000)")
	flags.BoolVar(&f.sotw, "sotw", false, "state of the world instead of incremental xDS (snippet, istio-live, envoy-gateway)")
	flags.StringVar(&f.onMissing, "on-missing", "", "block or pass, instead of the file's listener.on_missing (snippet, istio-live, envoy-gateway)")
	usage.Complete(c, "on-missing", usage.Values("block", "pass"))
	f.addTLS(flags)
	flags.StringVar(&f.name, "name", "", "`name` of the objects (Kubernetes formats; default the first filter's)")
	flags.StringVar(&f.namespace, "namespace", "default", "`namespace` of the objects (Kubernetes formats)")
	flags.StringVar(&f.selector, "selector", "app=my-client", "`label` of the pods whose sidecars get the filters (istio, istio-live)")
	flags.BoolVar(&f.anyHost, "any-host", false, "TLS to every host on port 80, not the upstream alone (istio)")
	flags.StringVar(&f.gateway, "gateway", "eg", "`name` of the Gateway (envoy-gateway)")
	flags.StringVar(&f.xdsLn, "listener", "", "Envoy Gateway's `name` of the listener in xDS (envoy-gateway; default NAMESPACE/GATEWAY/http,\nas it is tcp-PORT with XDSNameSchemeV2)")
	f.bounds.flags(flags)
	return c
}

func renderFile(c *cobra.Command, f renderFlags, file string) error {
	format, ok := renderFormats[f.format]
	if !ok {
		return usage.Errorf("--format %q: must be one of %s", f.format, strings.Join(formatNames(), ", "))
	}
	var err error
	c.Flags().Visit(func(set *pflag.Flag) {
		if !strings.HasPrefix(set.Name, "preflight-") && set.Name != "format" && set.Name != "output" && !slices.Contains(format.flags, set.Name) && err == nil && !usage.FromVariable(set) {
			err = usage.Errorf("--%s: --format %s has no use for it", set.Name, f.format)
		}
	})
	if err != nil {
		return err
	}
	if format.needsFolder && f.output == "" {
		return usage.Errorf("-o: --format %s writes several files and needs a folder", f.format)
	}
	checker, err := f.bounds.checker()
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(c.Context()))
	judge := prepare.File
	if format.filters {
		judge = prepare.Filters
	}
	file, read := configFile(c, file)
	p, err := judge(c.Context(), checker, file, read)
	if err != nil {
		return err
	}
	warn(c.ErrOrStderr(), p)
	files, err := format.render(p.Config, f)
	if err != nil {
		return err
	}
	return writeOut(c.OutOrStdout(), f.output, files)
}

// writeOut writes files into a folder and prints their paths; without a folder it prints the first file.
func writeOut(stdout io.Writer, folder string, files []render.File) error {
	if folder == "" {
		_, err := stdout.Write(files[0].Data)
		return err
	}
	if err := render.Write(folder, files); err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(stdout, filepath.Join(folder, filepath.FromSlash(file.Name)))
	}
	return nil
}

// attachServer reads what the formats have in common that need a server: --server, whose default host depends on
// where Envoy runs, and --on-missing.
func (f renderFlags) attachServer(c *config.Config, host string) (attach.Server, error) {
	server := f.server
	if server == "" {
		server = net.JoinHostPort(host, "18000")
	}
	host, port, err := hostPort(server)
	if err != nil {
		return attach.Server{}, err
	}
	return attach.Server{Host: host, Port: port, SotW: f.sotw}, f.missing(c)
}

// hostPort reads --server.
func hostPort(server string) (host string, port uint32, err error) {
	host, text, err := net.SplitHostPort(server)
	n, e := strconv.ParseUint(text, 10, 16)
	switch {
	case err != nil || host == "":
		return "", 0, usage.Errorf("--server %q: must be HOST:PORT", server)
	case e != nil || n == 0:
		return "", 0, usage.Errorf("--server %q: must be HOST:PORT, the port a number from 1 to 65535", server)
	}
	return host, uint32(n), nil
}

// missing lets --on-missing override the file.
func (f renderFlags) missing(c *config.Config) error {
	switch f.onMissing {
	case "":
	case "block", "pass":
		c.Listener.OnMissing = f.onMissing
	default:
		return usage.Errorf("--on-missing %q: must be block or pass", f.onMissing)
	}
	return nil
}

// names fills in and checks what the Kubernetes formats need.
func (f renderFlags) names(c *config.Config) (name string, label kubename.Label, err error) {
	name = f.name
	if name == "" && len(c.Filters) > 0 {
		name = kubename.From(c.Filters[0].Name)
	}
	for _, flag := range []struct{ name, value string }{{"name", name}, {"namespace", f.namespace}, {"gateway", f.gateway}} {
		if err := kubename.Check(flag.value); err != nil && (flag.value != "" || flag.name != "name") {
			return "", label, usage.Errorf("--%s %q: %w", flag.name, flag.value, err)
		}
	}
	if label, err = kubename.ParseLabel(f.selector); err != nil {
		return "", label, usage.Errorf("--selector %q: %w", f.selector, err)
	}
	return name, label, nil
}
