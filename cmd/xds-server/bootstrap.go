package main

import (
	"cmp"
	"os"
	"path"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/render/clienttls"
	"github.com/livefilter/livefilter/internal/usage"
)

// bootstrapFlags are what an Envoy starts with.
type bootstrapFlags struct {
	server, nodeID  string
	adminPort       uint16
	adminSocket     string
	maxHeap         uint32
	sotw, startWasm bool
	tls             clienttls.Files
	tlsName         string
	output, folder  string
	hostOf          string         // of server
	portOf          uint32         // of server
	serverName      clienttls.Name // of its certificate
}

func bootstrapCommand() *cobra.Command {
	var f bootstrapFlags
	c := &cobra.Command{
		Use:   "bootstrap",
		Short: "Print the static file that makes an Envoy take its config from a server",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			files, err := f.files()
			if err != nil {
				return err
			}
			return writeOut(c.OutOrStdout(), f.output, files)
		},
	}
	usage.OwnVariables(c) // its --tls-cert is of Envoy's machine
	flags := c.Flags()
	flags.StringVar(&f.server, "server", "xds-server:18000", "`host:port` of the management server")
	flags.StringVar(&f.nodeID, "node-id", "", "the Envoy's `name` in status and logs, which no other Envoy may have\n(default the machine's hostname)")
	flags.Uint16Var(&f.adminPort, "admin-port", 9901, "port of Envoy's own admin page, on loopback")
	flags.StringVar(&f.adminSocket, "admin-socket", "", "`path` of a Unix socket for Envoy's own admin page, instead of a port: for Envoy's user alone")
	flags.Uint32Var(&f.maxHeap, "max-heap", 0, "`MiB` of heap at which Envoy answers requests with 503: four fifths of what its container may have\n(default no limit)")
	flags.BoolVar(&f.startWasm, "start-wasm", false, "start V8 with Envoy: 1.36 and 1.37 can crash without when their first filter comes\nafter their start; an Envoy without V8 does not start with it")
	flags.BoolVar(&f.sotw, "sotw", false, "state of the world instead of incremental xDS")
	flags.StringVar(&f.tls.Cert, "tls-cert", "", "`path` on Envoy's machine of the certificate that it shows to the server (PEM)")
	flags.StringVar(&f.tls.Key, "tls-key", "", "`path` there of the certificate's key")
	flags.StringVar(&f.tls.CA, "tls-ca", "", "`path` there of the CA that the server's certificate is of")
	flags.StringVar(&f.tlsName, "tls-name", "", "the `name` that the server's certificate must have: DNS name, IP address or SPIFFE ID\n(default the host of --server)")
	flags.StringVarP(&f.output, "output", "o", "", "write into this `folder` instead of printing: with the --tls flags there are three files")
	flags.StringVar(&f.folder, "folder", "", "`path` of that folder on Envoy's machine (default its path here)")
	return c
}

// check completes the flags.
func (f *bootstrapFlags) check(c *cobra.Command) (err error) {
	if f.hostOf, f.portOf, err = hostPort(f.server); err != nil {
		return err
	}
	f.nodeID = cmp.Or(f.nodeID, hostname(os.Hostname))
	if f.adminSocket != "" && !path.IsAbs(f.adminSocket) {
		return usage.Errorf("--admin-socket %q: must be an absolute path, on Envoy's machine", f.adminSocket)
	}
	if f.adminSocket != "" && c.Flags().Changed("admin-port") {
		return usage.Errorf("--admin-socket: is instead of --admin-port")
	}
	if f.folder != "" && f.output == "" {
		return usage.Errorf("--folder: is where Envoy finds what -o writes: give -o too")
	}
	if f.folder, err = onEnvoy(f.folder, f.output); err != nil {
		return err
	}
	return f.checkTLS()
}

func (f *bootstrapFlags) checkTLS() (err error) {
	if f.tls == (clienttls.Files{}) && f.tlsName == "" {
		return nil
	}
	if err := f.tls.Check(); err != nil {
		return usage.Wrap(err)
	}
	if f.output == "" {
		return errNoFolder
	}
	f.serverName, err = serverName(f.tlsName, f.hostOf)
	return err
}

// hostname is a node ID that is likely to be this machine's alone. Where the name is not known, it is "envoy".
func hostname(ask func() (string, error)) string {
	name, err := ask()
	if err != nil {
		return "envoy"
	}
	return cmp.Or(name, "envoy")
}
