package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// libraryWords are what Go's libraries say, which no person should have to read.
var libraryWords = regexp.MustCompile(`dial tcp|connect: |x509: |tls: |EOF|context deadline|unexpected end|invalid character|Get "|Post "|lookup |malformed|strconv|[^-]json: `)

// accepting is the address of a server that does with each connection what f does.
func accepting(t *testing.T, f func(net.Conn)) string {
	lis, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lis.Close() })
	go func() {
		for {
			conn, err := lis.Accept()
			if err != nil {
				return
			}
			go f(conn)
		}
	}()
	return lis.Addr().String()
}

// says answers every connection with the same text, whatever it is asked.
func says(t *testing.T, text string) string {
	return accepting(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	})
}

func answering(t *testing.T, header, body string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if name, value, ok := strings.Cut(header, ": "); ok {
			w.Header().Set(name, value)
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// certified is the URL of a server whose certificate is good between two times from now, and the file of its CA.
func certified(t *testing.T, from, to time.Duration) (url, ca string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(to), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, writeFile(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

// Whatever is at the address, who asks it is told what to do, in words for people, and gets exit status 3.
func TestNoAnswer(t *testing.T) {
	silent := accepting(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	past, pastCA := certified(t, -time.Hour, -time.Minute)
	future, futureCA := certified(t, time.Hour, 2*time.Hour)
	good, _ := certified(t, -time.Hour, time.Hour)
	xdsAddress, _, _ := serving(t, writeFile(t, "livefilter.yaml", minimal))
	web := answering(t, "Content-Type: text/html", "<html>")
	const jsonType, ours = "Content-Type: application/json", "X-Livefilter: admin"
	notOurs := "is no livefilter server's admin port, or of an earlier release"
	for name, tt := range map[string]struct {
		flags []string
		want  string
	}{
		"nobody":         {[]string{"127.0.0.1:1"}, "nothing listens at 127.0.0.1:1: is `xds-server serve` running, and is this its --admin-address?"},
		"no such host":   {[]string{"a.unborn:1"}, "DNS knows no host a.unborn"},
		"silent":         {[]string{silent, "--timeout", "100ms"}, silent + " does not answer in time"},
		"closes":         {[]string{says(t, "")}, "closed the connection before its answer was complete"},
		"ends early":     {[]string{says(t, "HTTP/1.1 200 OK\r\nX-Livefilter: admin\r\nContent-Length: 99\r\n\r\n{\"version\":")}, "closed the connection before its answer was complete"},
		"another tongue": {[]string{says(t, "SSH-2.0-OpenSSH_9.2\r\n")}, "does not speak HTTP/1.1: is it the admin port?"},
		"Envoys' port":   {[]string{xdsAddress}, "does not speak HTTP/1.1: is it the admin port? Envoys connect to another one"},
		"a web server":   {[]string{web}, notOurs},
		"a trick":        {[]string{says(t, "HTTP/1.1 500 \x1b[31mNo\r\nContent-Length: 4\r\n\r\n\x1b[2J")}, "it answers 500 Internal Server Error:  [2J"},
		"another API":    {[]string{answering(t, jsonType, `{"status": "ok"}`)}, notOurs},
		"an empty API":   {[]string{answering(t, jsonType, "{}\n")}, notOurs},
		"another JSON":   {[]string{answering(t, ours, `[1]`)}, "is not what this xds-server asked for"},
		"half a JSON":    {[]string{answering(t, ours, `{"version": `)}, "is not what this xds-server asked for"},
		"no TLS":         {[]string{"https://" + web}, "speaks no TLS: --admin-address http://" + web},
		"an old one":     {[]string{past, "--tls-ca", pastCA}, "expired on "},
		"a clock":        {[]string{future, "--tls-ca", futureCA}, "is the clock of this machine right?"},
		"another CA":     {[]string{good}, "is of a CA that is not known here: name the CA's file by --tls-ca FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := command(t, append([]string{"status", "--admin-address"}, tt.flags...)...)
			if code != exitUnreachable || stdout != "" || !strings.Contains(stderr, tt.want) || libraryWords.MatchString(stderr) || strings.Contains(stderr, "\x1b") {
				t.Errorf("exit %d, %q, %q, want %q", code, stdout, stderr, tt.want)
			}
		})
	}
}

func TestEveryCommandThatAsks(t *testing.T) {
	web := answering(t, "Content-Type: text/html", "<html>")
	for _, args := range []string{"status", "status --wait --timeout 50ms", "why", "out", "retry", "healthcheck", "plan testdata/validate-ok.yaml", "history", "diff 1", "rollback 1"} {
		for address, want := range map[string]string{"127.0.0.1:1": "nothing listens at 127.0.0.1:1", web: "is no livefilter server's admin port"} {
			stdout, stderr, code := command(t, append(strings.Fields(args), "--admin-address", address)...)
			if code != exitUnreachable || stdout != "" || !strings.Contains(stderr, want) {
				t.Errorf("%s: exit %d, %q, %q", args, code, stdout, stderr)
			}
		}
		for _, address := range []string{"", "x", "x:y", "x:0", "x y:1", "ftp://x:1", "http://", "127.0.0.1:1/status"} {
			_, stderr, code := command(t, append(strings.Fields(args), "--admin-address", address)...)
			if code != exitUsage || !strings.Contains(stderr, "must be HOST:PORT or https://HOST:PORT") {
				t.Errorf("%s, %q: exit %d, %q", args, address, code, stderr)
			}
		}
	}
}

// An address that a server listens on is good for who asks it, as LIVEFILTER_ADMIN_ADDRESS is both.
func TestAskAllAddresses(t *testing.T) {
	for address, want := range map[string]string{
		":18001": "http://127.0.0.1:18001", "0.0.0.0:18001": "http://127.0.0.1:18001", "[::]:18001": "http://[::1]:18001", "https://:1": "https://127.0.0.1:1",
		"example.com:1": "http://example.com:1", "https://example.com": "https://example.com", "https://example.com:1/": "https://example.com:1",
	} {
		if got, err := (&where{address: address}).base(); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", address, got, err, want)
		}
	}
}
