package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/spelling"
	"github.com/livefilter/livefilter/internal/usage"
)

// where is a running server's admin port, and what shows it who asks.
type where struct {
	address      string
	tokenFile    string
	cert, key    string
	ca           string
	client       *http.Client
	token        string
	tokenMissing error // why there is no token, where a file is named
}

// askWhere gives c the flags that say which server it asks.
func askWhere(c *cobra.Command, w *where) {
	flags := c.Flags()
	flags.StringVar(&w.address, "admin-address", "127.0.0.1:18001", "the server's admin `address`, host:port or https://host:port")
	flags.StringVar(&w.tokenFile, "admin-token-file", "", "`file` of the server's admin token; not needed on its own machine")
	flags.StringVar(&w.cert, "tls-cert", "", "`file` of a certificate to show to the server")
	flags.StringVar(&w.key, "tls-key", "", "`file` of its key")
	flags.StringVar(&w.ca, "tls-ca", "", "`file` of the CA of the server's certificate (default: the system's)")
	// The variables without ADMIN are serve's, for what it shows to Envoys.
	usage.Variable(flags, "tls-cert", "LIVEFILTER_ADMIN_TLS_CERT")
	usage.Variable(flags, "tls-key", "LIVEFILTER_ADMIN_TLS_KEY")
	usage.Variable(flags, "tls-ca", "LIVEFILTER_ADMIN_TLS_CA")
}

// unpaired is why a certificate and a key are not read.
func (w *where) unpaired(err error) error {
	words := strings.TrimPrefix(err.Error(), "tls: ")
	switch unread := (*fs.PathError)(nil); {
	case errors.As(err, &unread):
		return err
	case strings.HasPrefix(words, "failed to find "):
		words = "the one must have a certificate in PEM form, the other its key"
	}
	return fmt.Errorf("%s and %s: %s", w.cert, w.key, words)
}

// base is the URL that paths are added to. An address that serve listens on, as :18001 and 0.0.0.0:18001 are, stands for
// this machine.
func (w *where) base() (string, error) {
	if strings.Contains(w.address, ",") { // what takes several has them apart by now
		return "", usage.Errorf("--admin-address %s: this command asks one server, not several", spelling.Quote(w.address))
	}
	scheme, address, named := strings.Cut(strings.TrimSuffix(w.address, "/"), "://")
	if !named {
		scheme, address = "http", scheme
		if w.cert+w.key+w.ca != "" {
			scheme = "https"
		}
	}
	host, port, err := net.SplitHostPort(address)
	if named && err != nil && !strings.Contains(address, ":") && address != "" { // the scheme's own port
		return scheme + "://" + address, nil
	}
	n, e := strconv.ParseUint(port, 10, 16)
	if err != nil || e != nil || n == 0 || scheme != "http" && scheme != "https" || strings.ContainsFunc(host, notInHost) {
		return "", usage.Errorf("--admin-address %s: must be HOST:PORT or https://HOST:PORT", spelling.Quote(w.address))
	}
	switch ip, err := netip.ParseAddr(host); {
	case host == "", err == nil && ip == netip.IPv4Unspecified():
		host = "127.0.0.1"
	case err == nil && ip == netip.IPv6Unspecified():
		host = "::1"
	}
	return scheme + "://" + net.JoinHostPort(host, port), nil
}

func notInHost(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`/@?#"\\`, r)
}

// open reads the files that the flags name, once. A token that cannot be read is an error only where the
// server asks for one: on the server's own machine it does not.
func (w *where) open() error {
	if w.client != nil {
		return nil
	}
	if w.tokenFile != "" {
		w.token, w.tokenMissing = admin.ReadToken(w.tokenFile)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if w.ca != "" {
		pem, err := os.ReadFile(w.ca)
		if err != nil {
			return fmt.Errorf("--tls-ca: %w", err)
		}
		if config.RootCAs = x509.NewCertPool(); !config.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("--tls-ca: %s holds no certificate (PEM)", w.ca)
		}
	}
	switch {
	case w.cert != "" && w.key != "":
		pair, err := tls.LoadX509KeyPair(w.cert, w.key)
		if err != nil {
			return fmt.Errorf("--tls-cert, --tls-key: %w", w.unpaired(err))
		}
		// Also where the server says that it takes those of other CAs only: its refusal says why.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	case w.cert+w.key != "":
		return usage.Errorf("--tls-cert and --tls-key belong together")
	}
	w.client = &http.Client{
		// Connections are kept for status --wait, which asks often.
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, IdleConnTimeout: 100 * time.Millisecond},
		// A token is for the server that the user named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}
