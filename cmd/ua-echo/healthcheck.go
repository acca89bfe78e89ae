package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// healthcheck is for container images that hold no curl.
func healthcheck() *cobra.Command {
	var address, ca string
	var timeout time.Duration
	command := &cobra.Command{
		Use:   "healthcheck",
		Short: "Exit 0 when the ua-echo on this machine answers /healthz",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			url, err := healthURL(address, ca != "")
			if err != nil {
				return err
			}
			transport := &http.Transport{DisableKeepAlives: true}
			if ca != "" {
				if transport.TLSClientConfig, err = trust(ca); err != nil {
					return fmt.Errorf("--ca: %w", err)
				}
			}
			request, err := http.NewRequestWithContext(command.Context(), http.MethodGet, url, nil)
			if err != nil {
				return err
			}
			client := &http.Client{Transport: transport, Timeout: timeout}
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("%s answered %s", url, response.Status)
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&address, "address", "127.0.0.1:18443", "what ua-echo listens on; a wildcard means this machine")
	flags.StringVar(&ca, "ca", "", "what ua-echo wrote by --ca-out; without it, ua-echo is asked in plaintext")
	flags.DurationVar(&timeout, "timeout", 2*time.Second, "how long to wait for the answer")
	return command
}

// healthURL turns an address to listen on into one to ask.
func healthURL(address string, secure bool) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("--address: %w", err)
	}
	switch host { // by address, since a minimal image may not know the name localhost
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/healthz", nil
}

func trust(ca string) (*tls.Config, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", ca)
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}
