package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/terminal"
)

// healthcheckCommand is for container images, which hold no curl.
func healthcheckCommand() *cobra.Command {
	var server where
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "healthcheck",
		Short: "Exit 0 when the server on this machine has a config to serve",
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), timeout)
			defer cancel()
			servers := server.each()
			for _, one := range servers {
				text, err := healthcheck(ctx, one)
				prefix := ""
				if len(servers) > 1 {
					prefix = one.address + ": "
				}
				if err != nil {
					return fmt.Errorf("%s%w", prefix, err)
				}
				fmt.Fprintln(c.OutOrStdout(), prefix+text) // `docker inspect` shows it
			}
			return nil
		},
	}
	askWhere(c, &server)
	several(c)
	c.Flags().DurationVar(&timeout, "timeout", 2*time.Second, "how long to wait for the answer")
	return c
}

// namesLoopback says whether HOST:PORT is this machine, whatever DNS says.
func namesLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, notIP := netip.ParseAddr(host)
	return err == nil && notIP == nil && ip.IsLoopback()
}

// healthcheck returns what a ready server says of itself; one that is not ready is an error.
func healthcheck(ctx context.Context, server *where) (string, error) {
	resp, err := server.do(ctx, http.MethodGet, "/readyz", http.NoBody)
	if tlsPort := (*speaksTLS)(nil); errors.As(err, &tlsPort) && namesLoopback(tlsPort.host) {
		// An image's health check knows nothing of --admin-client-ca. On loopback health needs no token, and tells no secret:
		// whose certificate it is does not matter.
		resp, err = (&where{address: "https://" + tlsPort.host, client: &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, //nolint:gosec // see above
		}}}).do(ctx, http.MethodGet, "/readyz", http.NoBody)
	}
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil {
		return "", server.noAnswer(resp.Request.URL.Host, err)
	}
	if !ours(resp) {
		return "", notOurs(server, "/readyz", statusLine(resp))
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("not ready: %s", terminal.Text(string(bytes.TrimSpace(text))))
	}
	return terminal.Text(string(bytes.TrimSpace(text))), nil
}
