package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/config"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func authority(t *testing.T) *certs.CA {
	t.Helper()
	ca, err := certs.NewCA("test", time.Now().AddDate(10, 0, 0))
	must(t, err)
	return ca
}

// upstream answers TLS, or closes what it is connected to where settings are nil.
func upstream(t *testing.T, settings *tls.Config) (port uint32) {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = lis.Close() })
	go func() {
		for {
			conn, err := lis.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if settings != nil {
					_ = tls.Server(conn, settings).HandshakeContext(t.Context())
				}
			}()
		}
	}()
	return uint32(lis.Addr().(*net.TCPAddr).Port)
}

func resolved(_ context.Context, host string) ([]string, error) {
	switch host {
	case "no-such.example":
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	case "silent.example":
		return nil, &net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true}
	}
	return []string{"127.0.0.1"}, nil
}

// here reaches every host on this machine.
func here(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
}

func TestUpstreams(t *testing.T) {
	ca, other := authority(t), authority(t)
	issue := func(by *certs.CA, l certs.Leaf) certs.Pair {
		p, err := by.Issue(l)
		must(t, err)
		return p
	}
	shows := func(by *certs.CA, l certs.Leaf, more ...func(*tls.Config)) uint32 {
		pair, err := issue(by, l).TLS()
		must(t, err)
		c := &tls.Config{Certificates: []tls.Certificate{pair}}
		for _, change := range more {
			change(c)
		}
		return upstream(t, c)
	}
	wantsCertificate := func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		c.ClientCAs.AppendCertsFromPEM(ca.PEM())
	}
	shown := func(by *certs.CA) *config.KeyPair {
		p := issue(by, certs.Leaf{Names: []string{"envoy"}, Use: certs.Client})
		return &config.KeyPair{Cert: p.Cert, Key: p.Key, CertPath: "client.pem"}
	}
	names := certs.Leaf{Names: []string{"a.example", "10.0.0.1"}}
	now := time.Now()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	nobody := uint32(closed.Addr().(*net.TCPAddr).Port)
	must(t, closed.Close())
	trust := config.TLS{SNI: "a.example", CA: ca.PEM(), CAPath: "ca.pem"}
	for name, tt := range map[string]struct {
		u     config.Upstream
		level Level
		want  string
	}{
		"good": {config.Upstream{Host: "a.example", Port: shows(ca, names), TLS: &trust}, OK, ", TLS 1.2, with a certificate for a.example until 2"},
		"an address": {
			config.Upstream{Host: "10.0.0.1", Port: shows(ca, names), TLS: &config.TLS{CA: ca.PEM()}}, OK, "with a certificate for 10.0.0.1",
		},
		"plaintext":      {config.Upstream{Host: "a.example", Port: upstream(t, nil)}, OK, "s, in plaintext"},
		"no such host":   {config.Upstream{Host: "no-such.example", Port: 1}, Error, "DNS knows no host no-such.example: its requests get 503; change: upstreams[0].host"},
		"DNS is silent":  {config.Upstream{Host: "silent.example", Port: 1}, Error, "DNS does not answer for silent.example; change: this machine's DNS"},
		"nobody listens": {config.Upstream{Host: "a.example", Port: nobody}, Error, "(127.0.0.1) cannot be reached from this machine: nobody listens there; change: upstreams[0].host or .port"},
		"another name": {
			config.Upstream{Host: "a.example", Port: shows(ca, names), TLS: &config.TLS{SNI: "b.example", CA: ca.PEM()}}, Error,
			"its certificate is for a.example, 10.0.0.1, not for b.example; change: upstreams[0].tls.sni",
		},
		"another CA": {
			config.Upstream{Host: "a.example", Port: shows(other, names), TLS: &trust}, Error,
			`its certificate is of no CA that ca.pem trusts: the issuer is "CN=test"; change: upstreams[0].tls.ca: the file of its CA`,
		},
		"not one of the system's": {
			config.Upstream{Host: "a.example", Port: shows(ca, names), TLS: &config.TLS{SNI: "a.example"}}, Error, "its certificate is of no CA that this machine trusts: ",
		},
		"expired": {
			config.Upstream{Host: "a.example", Port: shows(ca, certs.Leaf{Names: names.Names, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.Add(-time.Hour)}), TLS: &trust}, Error, "its certificate expired at 2",
		},
		"soon": {
			config.Upstream{Host: "a.example", Port: shows(ca, certs.Leaf{Names: names.Names, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.Add(time.Hour)}), TLS: &trust}, Warning, "its certificate expires at 2",
		},
		"no TLS":          {config.Upstream{Host: "a.example", Port: upstream(t, nil), TLS: &trust}, Error, "TLS; change: upstreams[0].port, perhaps"},
		"TLS 1.3 only":    {config.Upstream{Host: "a.example", Port: shows(ca, names, func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }), TLS: &trust}, Error, "another version of TLS than Envoy speaks to upstreams"},
		"no HTTP/2":       {config.Upstream{Host: "a.example", Port: shows(ca, names), TLS: &trust, HTTP: 2}, Error, "it does not take HTTP/2 (ALPN h2); change: upstreams[0].http"},
		"HTTP/2":          {config.Upstream{Host: "a.example", Port: shows(ca, names, func(c *tls.Config) { c.NextProtos = []string{"h2"} }), TLS: &trust, HTTP: 2}, OK, "TLS 1.2"},
		"wants one":       {config.Upstream{Host: "a.example", Port: shows(ca, names, wantsCertificate), TLS: &trust}, Error, "it wants a certificate of its clients; change: upstreams[0].tls.cert and .key"},
		"takes ours":      {config.Upstream{Host: "a.example", Port: shows(ca, names, wantsCertificate), TLS: &config.TLS{SNI: "a.example", CA: ca.PEM(), Client: shown(ca)}}, OK, "TLS 1.2"},
		"not of that one": {config.Upstream{Host: "a.example", Port: shows(ca, names, wantsCertificate), TLS: &config.TLS{SNI: "a.example", CA: ca.PEM(), Client: shown(other)}}, Error, "it does not take the certificate in client.pem ("},
	} {
		t.Run(name, func(t *testing.T) {
			tt.u.Name, tt.u.ConnectTimeout = "u", 5*time.Second
			all := Network{resolved, here}.Upstreams(t.Context(), &config.Config{Upstreams: []config.Upstream{tt.u}})
			var b strings.Builder
			Write(&b, all)
			worst := OK
			for _, f := range all {
				worst = max(worst, f.Level)
			}
			if worst != tt.level || !strings.Contains(b.String(), tt.want) {
				t.Errorf("%s\nwant %s %q", b.String(), tt.level, tt.want)
			}
		})
	}
}
