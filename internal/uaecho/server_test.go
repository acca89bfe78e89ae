package uaecho_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/livefilter/livefilter/internal/uaecho"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server until the test ends and gives its address.
func start(t *testing.T, options uaecho.Options) (*uaecho.Server, string) {
	t.Helper()
	server, err := uaecho.New(options)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- server.Run(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return server, listener.Addr().String()
}

// client trusts the CA, and the server under one name.
func client(t *testing.T, ca []byte, name string, protocols func(*http.Protocols)) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if len(ca) > 0 && !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate in %q", ca)
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name},
		Protocols:       new(http.Protocols),
	}
	protocols(transport.Protocols)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func http1(p *http.Protocols) { p.SetHTTP1(true) }
func http2(p *http.Protocols) { p.SetHTTP2(true) }
func h2c(p *http.Protocols)   { p.SetUnencryptedHTTP2(true) }

func fetch(t *testing.T, client *http.Client, url string) (uaecho.Seen, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return uaecho.Seen{}, err
	}
	defer response.Body.Close()
	var seen uaecho.Seen
	if err := json.NewDecoder(response.Body).Decode(&seen); err != nil {
		t.Fatal(err)
	}
	return seen, nil
}

func TestEveryDefaultHostIsVerified(t *testing.T) {
	server, address := start(t, uaecho.Options{})
	for _, host := range uaecho.DefaultHosts() {
		if _, err := fetch(t, client(t, server.CA(), host, http1), "https://"+address); err != nil {
			t.Errorf("as %s: %v", host, err)
		}
	}
}

func TestOtherNamesAndCAsAreNot(t *testing.T) {
	server, address := start(t, uaecho.Options{Hosts: []string{"upstream.test"}})
	another, _ := start(t, uaecho.Options{Hosts: []string{"upstream.test"}})

	_, err := fetch(t, client(t, server.CA(), "localhost", http1), "https://"+address)
	if !errors.As(err, new(x509.HostnameError)) {
		t.Errorf("as localhost: %v, want a hostname error", err)
	}
	_, err = fetch(t, client(t, another.CA(), "upstream.test", http1), "https://"+address)
	if !errors.As(err, new(x509.UnknownAuthorityError)) {
		t.Errorf("with another server's CA: %v, want an unknown authority", err)
	}
	if _, err = fetch(t, client(t, server.CA(), "upstream.test", http1), "https://"+address); err != nil {
		t.Error(err)
	}
}

func TestProtocols(t *testing.T) {
	type seen struct {
		Protocol string
		TLS      *uaecho.SeenTLS
	}
	for name, test := range map[string]struct {
		plaintext bool
		protocols func(*http.Protocols)
		want      seen
	}{
		"TLS HTTP/1.1": {protocols: http1, want: seen{"HTTP/1.1", &uaecho.SeenTLS{SNI: "localhost", ALPN: "", Version: "TLS 1.3"}}},
		"TLS HTTP/2":   {protocols: http2, want: seen{"HTTP/2.0", &uaecho.SeenTLS{SNI: "localhost", ALPN: "h2", Version: "TLS 1.3"}}},
		"HTTP/1.1":     {plaintext: true, protocols: http1, want: seen{"HTTP/1.1", nil}},
		"HTTP/2":       {plaintext: true, protocols: h2c, want: seen{"HTTP/2.0", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			server, address := start(t, uaecho.Options{Plaintext: test.plaintext})
			scheme := "https://"
			if test.plaintext {
				scheme = "http://"
			}
			got, err := fetch(t, client(t, server.CA(), "localhost", test.protocols), scheme+address)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, seen{got.Protocol, got.TLS}); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunReportsALostListener(t *testing.T) {
	server, err := uaecho.New(uaecho.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := server.Run(t.Context(), listener); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Run: %v, want net.ErrClosed", err)
	}
}
