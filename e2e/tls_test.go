package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newPair writes a certificate for name, signed by itself, and its key as NAME.crt and NAME.key,
// and returns them.
func (s *stack) newPair(name string) (cert, key []byte) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(s.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	must(s.t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	must(s.t, err)
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	must(s.t, os.WriteFile(filepath.Join(s.dir, name+".crt"), cert, 0o600))
	must(s.t, os.WriteFile(filepath.Join(s.dir, name+".key"), key, 0o600))
	return cert, key
}

// tlsClient speaks TLS to the listener, and HTTP/2 if it may.
func tlsClient(t *testing.T, h2 bool) *client {
	c := newClient(t)
	transport := c.http.Transport.(*http.Transport)
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	transport.ForceAttemptHTTP2 = h2
	return c
}

func overTLS(r *http.Request) { r.URL.Scheme = "https" }

// certificate is the name in the certificate that a new connection is shown.
func (s *stack) certificate() string {
	s.t.Helper()
	conn, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.Port), &tls.Config{InsecureSkipVerify: true})
	must(s.t, err)
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
}

// withTLS is the config with a listener that shows a pair of files.
func (s *stack) withTLS(name string) string {
	return strings.Replace(s.text(), "filter_config:", fmt.Sprintf("tls: {cert: %s.crt, key: %s.key}, filter_config:", name, name), 1)
}

// A certificate is renewed while connections are open: these go on, and new ones are shown the
// new one. One that does not fit its key is refused, and the last good one is shown.
func TestListenerTLS(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.newPair("a")
			newCert, newKey := s.newPair("b")
			s.write(s.withTLS("a"))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			if got := s.certificate(); got != "a" {
				t.Fatalf("the certificate is %q's", got)
			}
			h1, h2 := tlsClient(t, false), tlsClient(t, true)
			conns := map[*client]string{}
			for c, want := range map[*client]string{h1: "HTTP/1.1", h2: "HTTP/2.0"} {
				got := c.mustGet(t, s.cfg.Port, overTLS)
				if got.seen.Protocol == "" || got.userAgent() != "one" {
					t.Errorf("%s: the upstream saw %+v", want, got.seen)
				}
				conns[c] = got.conn
			}
			if n := s.counter("http.ingress_http.downstream_cx_http2_total"); n != 1 {
				t.Errorf("%d connections speak HTTP/2, want 1 of 2", n)
			}

			must(t, os.WriteFile(filepath.Join(s.dir, "a.crt"), newCert, 0o600))
			eventually(t, "the certificate alone is refused", func() bool {
				st := s.status()
				return st.Error != nil && !st.Pending && strings.Contains(*st.Error, `listener.tls.key: "a.key" is not the key to the certificate in "a.crt"`)
			})
			if got := s.certificate(); got != "a" {
				t.Errorf("half a pair is on disk, and the certificate is %q's", got)
			}
			must(t, os.WriteFile(filepath.Join(s.dir, "a.key"), newKey, 0o600))
			s.live()
			if got := s.certificate(); got != "b" {
				t.Errorf("live, and the certificate is %q's", got)
			}
			for c, was := range conns {
				if got := c.mustGet(t, s.cfg.Port, overTLS); got.conn != was {
					t.Error("an open connection did not outlive the renewal")
				}
			}
			if n := s.counter("listener_manager.total_filter_chains_draining"); n != 0 {
				t.Errorf("%d filter chains drain", n)
			}
			s.server.terminate()
			s.startServer()
			eventually(t, "live after a restart of the server", func() bool { return s.status().Live })
			if got := s.certificate(); got != "b" {
				t.Errorf("after a restart the certificate is %q's", got)
			}
			s.save()
			s.live()
			s.shows("plaintext again", func(answer) bool { return true }) // workers take a listener a moment after its ACK
		})
	}
}

// An upstream that asks for a certificate is shown one, and the next one once it is renewed.
func TestUpstreamClientCertificate(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Client", r.TLS.PeerCertificates[0].Subject.CommonName)
			fmt.Fprint(w, "{}")
		}))
		server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
		server.StartTLS()
		t.Cleanup(server.Close)
		ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		must(t, os.WriteFile(filepath.Join(s.dir, "ca.pem"), ca, 0o600))
		s.newPair("a")
		newCert, newKey := s.newPair("b")
		s.cfg.UpstreamPort = server.Listener.Addr().(*net.TCPAddr).Port
		s.write(strings.Replace(s.text(), "ca: ca.pem", "ca: ca.pem, sni: example.com, cert: a.crt, key: a.key", 1))
		s.live()
		if got := newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Client"); got != "a" {
			t.Errorf("the upstream was shown the certificate of %q", got)
		}
		must(t, os.WriteFile(filepath.Join(s.dir, "a.crt"), newCert, 0o600))
		must(t, os.WriteFile(filepath.Join(s.dir, "a.key"), newKey, 0o600))
		s.live()
		eventually(t, "connections of the old certificate are left", func() bool {
			a, err := newClient(t).get(t.Context(), s.cfg.Port)
			return err == nil && a.header.Get("X-Client") == "b"
		})
	})
}
