package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/mtls"
	"github.com/livefilter/livefilter/internal/usage"
)

// xdsFlags are those of the port that Envoys connect to.
type xdsFlags struct {
	xdsAddress  string
	tls         mtls.Files
	clientCAs   []string
	insecureXDS bool
}

func (f *xdsFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.xdsAddress, "xds-address", "", "`address` that Envoys connect to (gRPC); by default :18000,\nin plaintext without --insecure-xds 127.0.0.1:18000")
	flags.StringVar(&f.tls.Cert, "tls-cert", "", "`file` of the certificate that Envoys are shown (PEM), followed when it changes, as the next two are;\nwith these three the port speaks TLS 1.3 and takes Envoys with a certificate only")
	flags.StringVar(&f.tls.Key, "tls-key", "", "`file` of the key to it")
	flags.StringSliceVar(&f.clientCAs, "tls-client-ca", nil, "`file` of the CAs whose certificates Envoys may show; may be given several times")
	flags.BoolVar(&f.insecureXDS, "insecure-xds", false, "serve in plaintext on an address that other machines reach, keys and values included")
}

// open reads the certificates, and says that the flags do not go together. keys is nil for plaintext.
func (f *xdsFlags) open(log *slog.Logger) (keys *mtls.Keys, err error) {
	if len(f.clientCAs) > 0 {
		f.tls.CA, f.tls.MoreCAs = f.clientCAs[0], f.clientCAs[1:]
	}
	var missing []string
	for _, flag := range []struct{ name, value string }{{"--tls-cert", f.tls.Cert}, {"--tls-key", f.tls.Key}, {"--tls-client-ca", f.tls.CA}} {
		if flag.value == "" {
			missing = append(missing, flag.name)
		}
	}
	switch {
	case len(missing) == 3:
		return nil, f.allowPlaintext()
	case len(missing) > 0:
		return nil, usage.Errorf("--tls-cert, --tls-key and --tls-client-ca belong together: there is no %s", strings.Join(missing, ", no "))
	case f.insecureXDS:
		return nil, usage.Errorf("--insecure-xds is for plaintext, and --tls-cert for TLS: take one of them away")
	}
	f.xdsAddress = cmp.Or(f.xdsAddress, ":18000")
	if keys, err = mtls.Open(log, f.tls); err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key, --tls-client-ca: %w", err)
	}
	return keys, nil
}

// allowPlaintext refuses an address that other machines reach.
func (f *xdsFlags) allowPlaintext() error {
	if f.insecureXDS {
		f.xdsAddress = cmp.Or(f.xdsAddress, ":18000")
		return nil
	}
	f.xdsAddress = cmp.Or(f.xdsAddress, "127.0.0.1:18000")
	switch near, err := onLoopback("--xds-address", f.xdsAddress); {
	case err != nil:
		return err
	case near:
		return nil
	}
	return usage.Errorf("--xds-address %s: other machines reach it, and in plaintext whoever does can read every key and value that Envoys are sent: "+
		"either give --tls-cert, --tls-key and --tls-client-ca (`xds-server certs` makes them for trying), or say --insecure-xds", f.xdsAddress)
}
