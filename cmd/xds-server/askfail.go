package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/terminal"
)

// noAnswer says why there is no answer from host, HOST:PORT, and what to do about it. What Go's libraries say is for programmers.
func (w *where) noAnswer(host string, err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted")
	}
	words := w.tlsFailure(host, err)
	if words == "" {
		words = netFailure(host, err)
	}
	return errUnreachable{fmt.Errorf("ask the server: %s", terminal.Line(words, '?'))} // a certificate has any names
}

// tlsFailure is "" where TLS is not the reason.
func (w *where) tlsFailure(host string, err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
	)
	text := err.Error()
	switch {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"), errors.As(err, &record):
		return fmt.Sprintf("%s speaks no TLS: --admin-address http://%s", host, host)
	case errors.As(err, &unknown):
		return fmt.Sprintf("the certificate of %s is of a CA that is not known here: name the CA's file by --tls-ca FILE", host)
	case errors.As(err, &name):
		return fmt.Sprintf("the certificate of %s is for other names: %s: ask by one of them", host, strings.Join(certs.Names(name.Certificate), ", "))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().After(invalid.Cert.NotAfter):
		return fmt.Sprintf("the certificate of %s expired on %s: renew it there", host, invalid.Cert.NotAfter.Format(time.DateOnly))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s is not valid before %s: is the clock of this machine right?", host, invalid.Cert.NotBefore.Format(time.DateTime))
	case errors.As(err, &invalid):
		return fmt.Sprintf("the certificate of %s, or one of its CAs, is not made for this use", host)
	case strings.Contains(text, "tls: certificate required"):
		return fmt.Sprintf("%s wants a certificate: show one by --tls-cert FILE --tls-key FILE", host)
	case strings.Contains(text, "remote error: tls: ") && w.cert != "":
		return fmt.Sprintf("%s does not take the certificate of %s: is that of its --admin-client-ca, and not over?", host, w.cert)
	case strings.Contains(text, "tls: "):
		_, reason, _ := strings.Cut(text, "tls: ")
		return fmt.Sprintf("%s and this machine do not agree on TLS: %s", host, reason)
	}
	return ""
}

func netFailure(host string, err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return fmt.Sprintf("the proxy of HTTP_PROXY or HTTPS_PROXY does not lead to %s: NO_PROXY names hosts that need none", host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "DNS knows no host " + dns.Name
	case errors.As(err, &dns):
		return "DNS does not answer for " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nothing listens at %s: is `xds-server serve` running, and is this its --admin-address?", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no network of this machine leads to " + host
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return host + " does not answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return host + " closed the connection before its answer was complete: is it the admin port, and does the server still run?"
	case strings.Contains(err.Error(), "malformed HTTP"):
		return host + " does not speak HTTP/1.1: is it the admin port? Envoys connect to another one"
	}
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err // without the method and the URL
	}
	return fmt.Sprintf("%s cannot be reached: %v", host, err)
}
