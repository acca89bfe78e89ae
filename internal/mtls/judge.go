package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/identity"
	"github.com/livefilter/livefilter/internal/sparing"
)

// refusal is why a handshake failed. reason is for figures, words for the log.
type refusal struct{ reason, words string }

// Reasons of refusals.
const (
	noCertificate = "no_certificate"
	expired       = "expired"
	notYet        = "not_yet_valid"
	unknownCA     = "unknown_ca"
	wrongUsage    = "wrong_usage"
	badChain      = "bad_certificate"
	oldVersion    = "old_version"
	plaintext     = "plaintext"
	noHTTP2       = "no_http2"
	notTrusted    = "we_are_not_trusted" // the client does not take what it is shown
	hungUp        = "hung_up"
	slow          = "slow"
	silent        = "silent" // a probe: no line
	crowded       = "crowded"
	tlsAtPlain    = "tls_at_plaintext_port"
	other         = "other"
)

// reasons are all of them.
var reasons = []string{
	noCertificate, expired, notYet, unknownCA, wrongUsage, badChain, oldVersion, plaintext, noHTTP2, notTrusted, hungUp, slow, silent, crowded,
	tlsAtPlain, other,
}

// judge says why a handshake failed and what to do about it.
func (l *loaded) judge(err error, now time.Time) refusal {
	var unverified *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	words := err.Error()
	switch {
	case errors.As(err, &unverified):
		return l.certificate(unverified, now)
	case errors.As(err, &header):
		return unencrypted(header.RecordHeader[:])
	case strings.Contains(words, "didn't provide a certificate"):
		return refusal{noCertificate, "the client shows no certificate: give that Envoy one (xds-server bootstrap --tls-cert, --tls-key, --tls-ca)"}
	case strings.Contains(words, "offered only unsupported versions"):
		return refusal{oldVersion, "the client speaks no TLS 1.3, which is Envoy's default for upstreams: set tls_maximum_protocol_version: TLSv1_3 " +
			"in its common_tls_context.tls_params, as xds-server bootstrap --tls-cert does"}
	case strings.Contains(words, "application protocol") || strings.Contains(words, "ALPN"):
		return refusal{noHTTP2, "the client does not offer HTTP/2 by ALPN (h2), which gRPC needs"}
	case strings.Contains(words, "remote error: tls: "):
		return l.alerted(words[strings.Index(words, "tls: ")+len("tls: "):])
	case errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed):
		return refusal{slow, "the client did not finish the handshake in time"}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(words, "connection reset") || strings.Contains(words, "broken pipe"):
		return refusal{hungUp, "the client hung up during the handshake and did not say why: its log may; look whether it trusts the CA of " +
			l.files.Cert + " and expects one of its names (" + l.identity.String() + ")"}
	}
	return refusal{other, short(plain(err).Error())}
}

// certificate says why the client's is not taken.
func (l *loaded) certificate(err *tls.CertificateVerificationError, now time.Time) refusal {
	if len(err.UnverifiedCertificates) == 0 {
		return refusal{badChain, short(plain(err.Err).Error())}
	}
	leaf := err.UnverifiedCertificates[0]
	its := "the client's certificate (" + short(identity.Of(leaf).String()) + ") "
	ends, over := identity.Ends(leaf, now)
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch errors.As(err.Err, &invalid); {
	case over && now.Before(leaf.NotBefore):
		return refusal{notYet, its + ends + ", and here it is " + now.UTC().Format(time.RFC3339) + ": look at both clocks"}
	case over:
		return refusal{expired, its + ends + ": renew it; that Envoy takes the new one without a restart if its bootstrap names it by SDS, as ours does"}
	case invalid.Reason == x509.IncompatibleUsage && invalid.Cert != nil:
		return refusal{wrongUsage, its + "is not for clients (extended key usage): have it issued for client authentication"}
	case errors.As(err.Err, &unknown):
		return refusal{unknownCA, its + l.stranger(leaf, now)}
	}
	return refusal{badChain, its + "is not valid: " + short(strings.TrimPrefix(err.Err.Error(), "x509: "))}
}

// stranger follows a certificate that is of none of the CAs.
func (l *loaded) stranger(leaf *x509.Certificate, now time.Time) string {
	issuer := leaf.Issuer.String() // compared whole, shown short
	for _, ca := range l.cas {
		if ca.Subject.String() != issuer {
			continue
		}
		if words, over := identity.Ends(ca, now); over {
			return fmt.Sprintf("is of %s, which %s: renew that CA in %s", short(issuer), words, l.files.CA)
		}
		if leaf.CheckSignatureFrom(ca) != nil {
			return fmt.Sprintf("is of another CA than the one of the same name (%s) in %s: add that one there", short(issuer), l.files.CA)
		}
	}
	return fmt.Sprintf("is of %s, which is not in %s: have it issued by a CA that is, or add that one, with the CAs between", short(issuer), l.files.CA)
}

// unencrypted says what came where a handshake should begin.
func unencrypted(begin []byte) refusal {
	switch {
	case string(begin) == "PRI *":
		return refusal{plaintext, "the client speaks plaintext HTTP/2: its bootstrap has no TLS for this server (xds-server bootstrap --tls-cert, --tls-key, --tls-ca)"}
	case slices.ContainsFunc([]string{"GET ", "HEAD", "POST", "PUT ", "OPTI", "CONN"}, func(m string) bool { return strings.HasPrefix(string(begin), m) }):
		return refusal{plaintext, "the client speaks plaintext HTTP/1: Envoys connect here, by TLS; status and health are on --admin-address"}
	}
	return refusal{plaintext, "the client speaks no TLS"}
}

// alerted says what a client found wrong, by its alert.
func (l *loaded) alerted(alert string) refusal {
	did := fmt.Sprintf("the client ended the handshake (%s): ", alert)
	ca := fmt.Sprintf("its CA file (bootstrap --tls-ca) must hold the CA of %s (%s)", l.files.Cert, l.chain[len(l.chain)-1].Issuer)
	name := fmt.Sprintf("the name that it expects (--tls-name) must be one of %s", l.shown())
	switch alert { // Envoy's; others are less exact
	case "unknown certificate authority":
		return refusal{notTrusted, did + ca}
	case "unknown certificate":
		return refusal{notTrusted, did + name}
	case "expired certificate":
		return refusal{notTrusted, fmt.Sprintf("%s%s ends at %s: renew it, or look at the clock there", did, l.files.Cert, l.end().UTC().Format(time.RFC3339))}
	case "bad certificate", "unsupported certificate", "revoked certificate":
		return refusal{notTrusted, did + ca + ", and " + name}
	case "protocol version not supported":
		return refusal{oldVersion, did + "it speaks no TLS 1.3"}
	}
	return refusal{other, did + "its log may say why"}
}

// shown are all names by which a client may know this server.
func (l *loaded) shown() string {
	names := slices.Clone(l.identity.Names)
	for _, ip := range l.chain[0].IPAddresses {
		names = append(names, ip.String())
	}
	return strings.Join(names, ", ")
}

// short bounds what a client's certificate says of itself: it may say 100 kB.
func short(words string) string { return sparing.Cut(words, 200) }
