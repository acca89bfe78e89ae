package main

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/usage"
)

// serverFolder has what the server shows; a client's folder is called as its name.
const (
	serverFolder = "server"
	tokenFile    = "admin-token"
)

type certsFlags struct {
	output         string
	server, client []string
	renew, token   bool
}

func certsCommand() *cobra.Command {
	var f certsFlags
	c := &cobra.Command{
		Use:   "certs",
		Short: "Make a CA, and certificates for a server and for Envoys, where you have no CA of your own",
		Long: `Make a CA, and certificates for a server and for Envoys, where you have no CA of your own.

Each folder has tls.crt, tls.key and ca.crt, as cert-manager's secrets have. Run it again, from
cron say, and it renews what is in the last third of its year; the server and Envoys follow the
files. Who has ca/ca.key can make certificates: keep it to the machine that this runs on.`,
		RunE: func(c *cobra.Command, _ []string) error { return makeCerts(c, f) },
	}
	usage.OwnVariables(c) // its --server is a list of names
	c.Flags().StringVarP(&f.output, "output", "o", "certs", "`folder` for them")
	c.Flags().StringSliceVar(&f.server, "server", []string{"localhost", "127.0.0.1", "::1", "xds-server"},
		"`names` by which Envoys reach the server: DNS names, IP addresses, a SPIFFE ID")
	c.Flags().StringSliceVar(&f.client, "client", []string{"envoy"}, "`names` of Envoys, a certificate for each: DNS names or SPIFFE IDs")
	c.Flags().BoolVar(&f.renew, "renew", false, "new ones also for those that are good still")
	c.Flags().BoolVar(&f.token, "admin-token", false, "also a token, for serve --admin-token-file: "+serverFolder+"/"+tokenFile)
	return c
}

func makeCerts(c *cobra.Command, f certsFlags) error {
	wanted, err := f.wanted(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.output, 0o755); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	kept, err := certs.Keep(f.output, wanted, f.renew)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if err := tellKept(out, kept); err != nil {
		return err
	}
	if f.token {
		file := filepath.Join(f.output, serverFolder, tokenFile)
		made, err := certs.KeepToken(file)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, file, said(made))
	}
	return tellNext(out, kept)
}

// wanted are the folders that the flags ask for; their defaults are for a folder where no CA is yet.
func (f certsFlags) wanted(c *cobra.Command) (map[string]certs.Leaf, error) {
	_, err := os.Stat(filepath.Join(f.output, certs.CAFolder))
	wants := func(flag string) bool { return err != nil || c.Flags().Changed(flag) }
	wanted := map[string]certs.Leaf{}
	for flag, names := range map[string][]string{"server": f.server, "client": f.client} {
		if len(names) == 0 {
			return nil, usage.Errorf("--%s: there is no name in it", flag)
		}
		for _, name := range names {
			if err := certs.CheckName(name); err != nil {
				return nil, usage.Errorf("--%s: %w", flag, err)
			}
		}
	}
	if wants("server") {
		wanted[serverFolder] = certs.Leaf{Names: f.server, Use: certs.Server}
	}
	for _, name := range f.client {
		if !wants("client") {
			break
		}
		folder := clientFolder(name)
		other, taken := wanted[folder]
		switch {
		case net.ParseIP(name) != nil:
			return nil, usage.Errorf("--client %q: must be a DNS name or a SPIFFE ID: the server knows no Envoy by its address", name)
		case taken, folder == "", folder == serverFolder, folder == certs.CAFolder:
			return nil, usage.Errorf("--client %q: its folder would be %q, which is for %s", name, folder, cmp.Or(strings.Join(other.Names, ", "), "another use"))
		}
		wanted[folder] = certs.Leaf{Names: []string{name}, Use: certs.Client}
	}
	return wanted, nil
}

// clientFolder is the name without what a folder's may not have: spiffe://example.org/ns/edge has example.org_ns_edge.
func clientFolder(name string) string {
	_, after, ok := strings.Cut(name, "://")
	if ok {
		name = after
	}
	return strings.NewReplacer("/", "_", ":", "_", "*", "_").Replace(strings.TrimLeft(name, "."))
}

func tellKept(w io.Writer, kept []certs.Kept) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range kept {
		fmt.Fprintf(t, "%s\tuntil %s\t%s\t%s\n", k.Folder, k.Cert.NotAfter.Format(time.DateOnly), strings.Join(certs.Names(k.Cert), ", "), said(k.Made))
	}
	return t.Flush()
}

func said(made string) string {
	if made == "" {
		return "kept"
	}
	return "made: " + made
}

// tellNext prints what to run now, with absolute paths for Envoy, which may start anywhere.
func tellNext(w io.Writer, kept []certs.Kept) error {
	var server, client certs.Kept
	for _, k := range slices.Backward(kept) {
		switch filepath.Base(k.Folder) {
		case serverFolder:
			server = k
		case certs.CAFolder:
		default:
			client = k
		}
	}
	if server.Cert == nil || client.Cert == nil {
		return nil
	}
	host := "HOST"
	for _, name := range certs.Names(server.Cert) {
		if !strings.Contains(name, "://") {
			host = name
			break
		}
	}
	dir, err := filepath.Abs(client.Folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, `
The server takes %[1]s:
  xds-server serve --tls-cert %[1]s/tls.crt --tls-key %[1]s/tls.key --tls-client-ca %[1]s/ca.crt
An Envoy takes %[2]s, here or copied to its machine:
  xds-server bootstrap --server %[3]s --tls-cert %[2]s/tls.crt --tls-key %[2]s/tls.key --tls-ca %[2]s/ca.crt -o envoy
  envoy --config-path envoy/envoy-ads-mtls.yaml
`, server.Folder, dir, net.JoinHostPort(host, "18000"))
	return nil
}
