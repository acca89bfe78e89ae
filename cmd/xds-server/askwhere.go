package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/admin"
)

// tokenVariable names the token file where no flag does, for serve and for who asks it.
const tokenVariable = "LIVEFILTER_ADMIN_TOKEN_FILE"

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
	c.Flags().StringVar(&w.address, "admin-address", "127.0.0.1:18001", "the server's admin `address`, host:port or https://host:port")
	c.Flags().StringVar(&w.tokenFile, "admin-token-file", "", "`file` of the server's admin token (default $"+tokenVariable+"); not needed on its own machine")
	c.Flags().StringVar(&w.cert, "tls-cert", "", "`file` of a certificate to show to the server")
	c.Flags().StringVar(&w.key, "tls-key", "", "`file` of its key")
	c.Flags().StringVar(&w.ca, "tls-ca", "", "`file` of the CA of the server's certificate (default: the system's)")
}

// base is the URL that paths are added to.
func (w *where) base() string {
	address := strings.TrimSuffix(w.address, "/")
	switch {
	case strings.Contains(address, "://"):
		return address
	case w.cert+w.key+w.ca != "":
		return "https://" + address
	}
	return "http://" + address
}

// open reads the files that the flags name, once. A token that cannot be read is an error only where the
// server asks for one: on the server's own machine it does not.
func (w *where) open() error {
	if w.client != nil {
		return nil
	}
	if file := cmp.Or(w.tokenFile, os.Getenv(tokenVariable)); file != "" {
		w.token, w.tokenMissing = admin.ReadToken(file)
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
			return fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
		// Also where the server says that it takes those of other CAs only: its refusal says why.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	case w.cert+w.key != "":
		return errors.New("--tls-cert and --tls-key belong together")
	}
	w.client = &http.Client{
		// Connections are kept for status --wait, which asks often.
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, IdleConnTimeout: 100 * time.Millisecond},
		// A token is for the server that the user named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}
