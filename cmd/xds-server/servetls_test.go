package main

import (
	"crypto/tls"
	"crypto/x509"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/livefilter/livefilter/internal/certs"
)

// A server with certificates answers whoever shows one of the CA's, and says in every place that its own ends.
func TestServeTLS(t *testing.T) {
	dir := t.TempDir()
	file, ca := writeFile(t, "livefilter.yaml", minimal), newCA(t, "test")
	renew := func(ends time.Duration) {
		pair, err := ca.Issue(certs.Leaf{Names: []string{"localhost"}, NotAfter: time.Now().Add(ends)})
		if err == nil {
			err = pair.Write(dir, ca.PEM())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	renew(10 * time.Minute)
	xdsAddress, adminAddress, log := serving(t, file, "--tls-cert", filepath.Join(dir, certs.CertFile),
		"--tls-key", filepath.Join(dir, certs.KeyFile), "--tls-client-ca", filepath.Join(dir, certs.CAFile))

	const warning = "the certificate that Envoys are shown expires at "
	log.await(t, `level=WARN msg=certificate warning="`+warning)
	for page, want := range map[string]string{
		"/status": `"` + warning, "/": warning, "/metrics": `livefilter_xds_certificate_not_after_timestamp_seconds{of="server"}`,
	} {
		if got := get(t, "http://"+adminAddress+page); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s: %s", page, want, got)
		}
	}
	if out, _, _ := command(t, "status", "--admin-address", adminAddress); !strings.Contains(out, "warning "+warning) {
		t.Errorf("status: %s", out)
	}
	renew(100 * 24 * time.Hour)
	eventually(t, "no warning is left", func() bool { return !strings.Contains(get(t, "http://"+adminAddress+"/status"), `"warnings"`) })

	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	config.RootCAs.AppendCertsFromPEM(ca.PEM())
	ask := func() error {
		conn, err := grpc.NewClient(xdsAddress, grpc.WithTransportCredentials(credentials.NewTLS(config.Clone())))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
		return err
	}
	if err := ask(); err == nil {
		t.Error("it answers a client without a certificate")
	}
	log.await(t, `msg="handshake refused" address=127\.0\.0\.1:\d+ reason=no_certificate err="the client shows no certificate`)
	client, err := ca.Issue(certs.Leaf{Names: []string{"edge-1"}, Use: certs.Client})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := client.TLS()
	config.Certificates = []tls.Certificate{pair}
	if err == nil {
		err = ask()
	}
	if err != nil {
		t.Errorf("with a certificate: %v", err)
	}
}
