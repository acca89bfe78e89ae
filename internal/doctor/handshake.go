package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/identity"
)

// handshake begins TLS as an Envoy would, and judges the certificate by chain and name. with says what was agreed on.
func handshake(ctx context.Context, conn net.Conn, u config.Upstream, path string) (all []Finding, with string) {
	about := "upstream " + u.Name
	settings := &tls.Config{
		ServerName: u.TLS.SNI, NextProtos: []string{"h2", "http/1.1"},
		// What Envoy offers to upstreams, see tls_maximum_protocol_version of its TlsParameters.
		MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // judge does, and says what is wrong
	}
	if u.HTTP == 1 {
		settings.NextProtos = settings.NextProtos[1:]
	}
	var shown tls.Certificate
	if pair := u.TLS.Client; pair != nil {
		var err error
		if shown, err = tls.X509KeyPair(pair.Cert, pair.Key); err != nil {
			return []Finding{fault(about, path+".tls.cert", "what Envoy would show: %v", err)}, ""
		}
	}
	asked := false
	settings.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return &shown, nil
	}
	c := tls.Client(conn, settings)
	if err := c.HandshakeContext(ctx); err != nil {
		return []Finding{handshakeFault(about, path, u, asked, err)}, ""
	}
	state := c.ConnectionState()
	if f, wrong := judge(about, path, u, state.PeerCertificates); wrong {
		return []Finding{f}, ""
	}
	if says, _ := identity.Ends(state.PeerCertificates[0], time.Now()); says != "" {
		all = append(all, warning(about, "have its owner renew it", "its certificate %s", says))
	}
	if u.HTTP == 2 && state.NegotiatedProtocol != "h2" {
		all = append(all, fault(about, path+".http", "it does not take HTTP/2 (ALPN h2)"))
	}
	end := state.PeerCertificates[0].NotAfter.UTC().Format(time.DateOnly)
	return all, fmt.Sprintf("%s, with a certificate for %s until %s", tls.VersionName(state.Version), name(u), end)
}

// name is what the certificate has to name.
func name(u config.Upstream) string {
	if u.TLS.SNI == "" {
		return u.Host
	}
	return u.TLS.SNI
}

// handshakeFault says what an error of the handshake means; asked: for a certificate of the client.
func handshakeFault(about, path string, u config.Upstream, asked bool, err error) Finding {
	var record tls.RecordHeaderError
	_, alert, alerted := strings.Cut(err.Error(), "remote error: tls: ") // tls.AlertError tells nothing of a server's
	switch {
	case errors.As(err, &record):
		return fault(about, "take "+path+".tls away, or mend "+path+".port", "it does not speak TLS")
	case alerted && strings.Contains(alert, "protocol version"):
		return fault(about, "let it take TLS 1.2, too", "it wants another version of TLS than Envoy speaks to upstreams, which is 1.2")
	case alerted && asked && u.TLS.Client == nil:
		return fault(about, path+".tls.cert and .key", "it wants a certificate of its clients")
	case alerted && asked:
		return fault(about, path+".tls.cert and .key", "it does not take the certificate in %s (%s)", u.TLS.Client.CertPath, alert)
	case alerted:
		return fault(about, path+".tls.sni, perhaps", "it ends the handshake for %s (%s)", name(u), alert)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fault(about, path+".port, perhaps", "it closes the connection instead of speaking TLS")
	}
	return fault(about, "", "TLS: %s", dialWords(err))
}

// judge verifies the chain by the CAs that Envoy is told to trust, or those of this machine, and the name.
func judge(about, path string, u config.Upstream, chain []*x509.Certificate) (f Finding, wrong bool) {
	leaf, options := chain[0], x509.VerifyOptions{Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	trusted := "this machine"
	if u.TLS.CA != nil {
		options.Roots, trusted = x509.NewCertPool(), u.TLS.CAPath
		options.Roots.AppendCertsFromPEM(u.TLS.CA)
	}
	_, err := leaf.Verify(options)
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		says, _ := identity.Ends(leaf, time.Now())
		if says == "" {
			says = "is of a CA that is over"
		}
		return fault(about, "have its owner renew it", "its certificate %s", says), true
	case err != nil:
		return fault(about, path+".tls.ca: the file of its CA", "its certificate is of no CA that %s trusts: the issuer is %s", trusted, issuer(chain)), true
	}
	if err := leaf.VerifyHostname(name(u)); err != nil {
		return fault(about, path+".tls.sni", "its certificate is for %s, not for %s", names(leaf), name(u)), true
	}
	return Finding{}, false
}

// issuer is of the last certificate that was sent.
func issuer(chain []*x509.Certificate) string {
	return fmt.Sprintf("%q", chain[len(chain)-1].Issuer.String())
}

// names are the first few of a certificate.
func names(leaf *x509.Certificate) string {
	const most = 5
	all := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "no name"
	}
	if len(all) > most {
		all = append(all[:most:most], fmt.Sprintf("%d more", len(all)-most))
	}
	for i, n := range all {
		all[i] = strings.Trim(fmt.Sprintf("%q", n), `"`) // another's words
	}
	return strings.Join(all, ", ")
}
