package mtls

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/livefilter/livefilter/internal/certs"
)

func TestHandshake(t *testing.T) {
	r := newRig(t)
	for name, l := range map[string]certs.Leaf{
		"a DNS name":           {Names: []string{"edge-1.example"}, Use: certs.Client},
		"a SPIFFE ID":          {Names: []string{"spiffe://example.org/edge"}, Use: certs.Client},
		"for servers as well":  {Names: []string{"edge-1.example"}},
		"nothing but an owner": {},
	} {
		if _, err := r.hello(r.client(issue(t, r.ca, l))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if words := r.log.String(); words != "" {
		t.Errorf("logged\n%s", words)
	}
}

// Each handshake that fails is a line with the reason and what to do.
func TestRefusedHandshakes(t *testing.T) {
	strangers, twins := newCA(t, "their CA"), newCA(t, "our CA")
	edge := certs.Leaf{Names: []string{"edge-1.example"}, Use: certs.Client}
	with := func(l certs.Leaf, change func(*certs.Leaf)) certs.Leaf { change(&l); return l }
	for _, test := range []struct {
		name, reason string
		words        []string
		client       func(r *rig) *tls.Config
		raw          string // instead of client
	}{
		{"none", noCertificate, []string{"shows no certificate", "--tls-cert"}, func(r *rig) *tls.Config { return r.client() }, ""},
		{"expired", expired, []string{"(edge-1.example) expired at 20", "renew it"}, func(r *rig) *tls.Config {
			return r.client(issue(t, r.ca, with(edge, func(l *certs.Leaf) { l.NotAfter = time.Now().Add(-time.Minute) })))
		}, ""},
		{"not yet valid", notYet, []string{"is not valid before 20", "both clocks"}, func(r *rig) *tls.Config {
			return r.client(issue(t, r.ca, with(edge, func(l *certs.Leaf) { l.NotBefore = time.Now().Add(time.Hour) })))
		}, ""},
		{"another CA", unknownCA, []string{"is of CN=their CA, which is not in", "ca.crt"}, func(r *rig) *tls.Config {
			return r.client(issue(t, strangers, edge))
		}, ""},
		{"another CA of the same name", unknownCA, []string{"another CA than the one of the same name (CN=our CA)"}, func(r *rig) *tls.Config {
			return r.client(issue(t, twins, edge))
		}, ""},
		{"for servers", wrongUsage, []string{"is not for clients", "client authentication"}, func(r *rig) *tls.Config {
			return r.client(issue(t, r.ca, with(edge, func(l *certs.Leaf) { l.Use = certs.Server })))
		}, ""},
		{"TLS 1.2", oldVersion, []string{"no TLS 1.3", "tls_maximum_protocol_version: TLSv1_3"}, func(r *rig) *tls.Config {
			c := r.client(issue(t, r.ca, edge))
			c.MaxVersion = tls.VersionTLS12
			return c
		}, ""},
		{"no ALPN", noHTTP2, []string{"HTTP/2 by ALPN"}, func(r *rig) *tls.Config {
			c := r.client(issue(t, r.ca, edge))
			c.NextProtos = nil
			return c
		}, ""},
		{"other ALPN", noHTTP2, []string{"HTTP/2 by ALPN"}, func(r *rig) *tls.Config {
			c := r.client(issue(t, r.ca, edge))
			c.NextProtos = []string{"http/1.1"}
			return c
		}, ""},
		{"it trusts another CA", notTrusted, []string{"must hold the CA of ", "(CN=our CA)", "xds.example, 127.0.0.1"}, func(r *rig) *tls.Config {
			return clientOf(t, strangers, issue(t, r.ca, edge))
		}, ""},
		{"it wants another name", notTrusted, []string{"--tls-name", "xds.example, 127.0.0.1"}, func(r *rig) *tls.Config {
			c := r.client(issue(t, r.ca, edge))
			c.ServerName = "other.example"
			return c
		}, ""},
		{"plaintext HTTP/2", plaintext, []string{"plaintext HTTP/2", "--tls-cert"}, nil, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
		{"plaintext HTTP/1", plaintext, []string{"plaintext HTTP/1", "--admin-address"}, nil, "GET /metrics HTTP/1.1\r\n\r\n"},
		{"some other protocol", plaintext, []string{"no TLS"}, nil, "SSH-2.0-Go\r\n"},
		{"half a hello", hungUp, []string{"hung up", "xds.example"}, nil, "\x16\x03\x01"},
		{"nothing", silent, []string{"level=DEBUG", "it said nothing"}, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			if test.client == nil {
				conn, err := net.Dial("tcp", r.lis.Addr().String())
				must(t, err)
				_, err = conn.Write([]byte(test.raw))
				must(t, err, conn.Close())
			} else if _, err := r.hello(test.client(r)); err == nil {
				t.Fatal("it was let in")
			}
			eventually(t, "a line", func() bool { return strings.Contains(r.log.String(), "handshake refused") })
			for _, word := range append(test.words, "address=127.0.0.1:") {
				if !strings.Contains(r.log.String(), word) {
					t.Errorf("lacks %q:\n%s", word, r.log)
				}
			}
			if n := testutil.ToFloat64(r.keys.refused.counts.WithLabelValues(test.reason)); n != 1 {
				t.Errorf("%v counted as %s:\n%s", n, test.reason, r.log)
			}
			warning := strings.Join(r.keys.Warnings(), "\n")
			if shown := strings.Contains(warning, "a client at 127.0.0.1 was refused "); shown != (test.reason != silent) {
				t.Errorf("status says %q", warning)
			}
		})
	}
}

// A certificate that says 100 kB of itself is a short line.
func TestALongCertificate(t *testing.T) {
	r := newRig(t)
	l := certs.Leaf{NotAfter: time.Now().Add(-time.Hour)}
	for range 500 {
		l.Names = append(l.Names, strings.Repeat("x", 60)+".example")
	}
	if _, err := r.hello(r.client(issue(t, r.ca, l))); err == nil {
		t.Fatal("it was let in")
	}
	eventually(t, "a line", func() bool { return r.log.count("handshake refused") == 1 })
	if words := r.log.String(); len(words) > 1000 || !strings.Contains(words, "renew it") {
		t.Errorf("%d bytes: %s", len(words), words)
	}
}

// A client that comes back every second is a line a minute for each thing that is wrong with it.
func TestRefusalsAreLoggedSparingly(t *testing.T) {
	r := newRig(t)
	for range 20 {
		if _, err := r.hello(r.client()); err == nil {
			t.Fatal("it was let in")
		}
	}
	eventually(t, "20 refusals", func() bool { return testutil.ToFloat64(r.keys.refused.counts.WithLabelValues(noCertificate)) == 20 })
	if n := r.log.count("handshake refused"); n != 1 {
		t.Errorf("%d lines:\n%s", n, r.log)
	}
	c := r.client(issue(t, r.ca, certs.Leaf{}))
	c.MaxVersion = tls.VersionTLS12
	_, _ = r.hello(c)
	eventually(t, "a line of another kind", func() bool { return r.log.count("handshake refused") == 2 })
}
