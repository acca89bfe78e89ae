package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

func newCA(t *testing.T, name string) *certs.CA {
	t.Helper()
	ca, err := certs.NewCA(name, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// issue returns a folder with a pair of ca's, whose ca.crt is that of trusted.
func issue(t *testing.T, ca, trusted *certs.CA, leaf certs.Leaf) (dir string) {
	t.Helper()
	pair, err := ca.Issue(leaf)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := pair.Write(dir, trusted.PEM()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A certificate of the admin port's CA is as good as the token; one of Envoys is not.
func TestAdminPortWithCertificates(t *testing.T) {
	fleet, admins := newCA(t, "fleet"), newCA(t, "admins")
	server := issue(t, fleet, fleet, certs.Leaf{Names: []string{"127.0.0.1", "server.example"}})
	operator := issue(t, admins, fleet, certs.Leaf{Names: []string{"operator"}, Use: certs.Client})
	edge := issue(t, fleet, fleet, certs.Leaf{Names: []string{"edge"}, Use: certs.Client})
	late := issue(t, admins, fleet, certs.Leaf{Names: []string{"late"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour)})
	adminCA := writeFile(t, "admin-ca.pem", string(admins.PEM()))
	_, address, log := serving(t, writeFile(t, "livefilter.yaml", minimal), "--tls-cert", filepath.Join(server, certs.CertFile),
		"--tls-key", filepath.Join(server, certs.KeyFile), "--tls-client-ca", filepath.Join(server, certs.CAFile), "--admin-client-ca", adminCA)

	// As from another machine: no program of this one asks for server.example.
	for name, tt := range map[string]struct{ dir, want string }{
		"none": {"", "403"}, "of the CA": {operator, "200"}, "of Envoys' CA": {edge, "unknown certificate authority"}, "expired": {late, "expired certificate"},
	} {
		config := &tls.Config{RootCAs: x509.NewCertPool()}
		config.RootCAs.AppendCertsFromPEM(fleet.PEM())
		if tt.dir != "" {
			pair, err := tls.LoadX509KeyPair(filepath.Join(tt.dir, certs.CertFile), filepath.Join(tt.dir, certs.KeyFile))
			if err != nil {
				t.Fatal(err)
			}
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
		}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", address)
		}}}
		resp, err := client.Get("https://server.example/status")
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = resp.Status
			resp.Body.Close()
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("a certificate, %s: %s, want %s", name, got, tt.want)
		}
	}
	log.await(t, `level=WARN msg="admin port" err="http: TLS handshake error from .*certificate`)

	flags := func(dir string) []string {
		return []string{"--tls-cert", filepath.Join(dir, certs.CertFile), "--tls-key", filepath.Join(dir, certs.KeyFile), "--tls-ca", filepath.Join(dir, certs.CAFile)}
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"with one":         {append([]string{address}, flags(operator)...), 0, "no Envoy is connected"},
		"https://":         {append([]string{"https://" + address}, flags(operator)...), 0, "no Envoy is connected"},
		"without, local":   {[]string{address, "--tls-ca", filepath.Join(server, certs.CAFile)}, 0, "no Envoy is connected"},
		"of Envoys' CA":    {append([]string{address}, flags(edge)...), exitUnreachable, "does not take the certificate of " + edge},
		"no CA":            {[]string{"https://" + address}, exitUnreachable, "name the CA's file by --tls-ca FILE"},
		"no TLS":           {[]string{address}, exitUnreachable, "speaks TLS: --admin-address https://" + address},
		"a wrong name":     {[]string{strings.Replace(address, "127.0.0.1", "localhost", 1), "--tls-ca", filepath.Join(server, certs.CAFile)}, exitUnreachable, "is for other names: server.example, 127.0.0.1"},
		"of the CA, again": {append([]string{address}, flags(operator)...), 0, "no Envoy is connected"},
	} {
		stdout, stderr, code := command(t, append([]string{"out", "--admin-address"}, tt.args...)...)
		if code != tt.code || !strings.Contains(stdout+stderr, tt.want) {
			t.Errorf("out, %s: exit %d, %q%q, want %q", name, code, stdout, stderr, tt.want)
		}
	}
	for _, with := range [][]string{nil, flags(operator)} { // an image's has none
		if stdout, stderr, code := command(t, append([]string{"healthcheck", "--admin-address", address}, with...)...); code != 0 || stdout != "ok\n" {
			t.Errorf("healthcheck %q: exit %d, %q%q", with, code, stdout, stderr)
		}
	}
}
