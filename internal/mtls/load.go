package mtls

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/credentials"

	"github.com/livefilter/livefilter/internal/identity"
)

// loaded is what the files had at one moment.
type loaded struct {
	files    Files
	chain    []*x509.Certificate // what is shown: the leaf, then its CAs
	cas      []*x509.Certificate // one at least
	identity identity.Certificate
	key      []byte // PEM, to compare
	http     *tls.Config
	grpc     credentials.TransportCredentials
}

// load reads all files and says what is wrong with them.
func load(files Files, read func(string) ([]byte, error)) (*loaded, error) {
	l := &loaded{files: files}
	cert, err := read(files.Cert)
	if err != nil {
		return nil, fmt.Errorf("the certificate: %w", err)
	}
	if l.key, err = read(files.Key); err != nil {
		return nil, fmt.Errorf("the certificate's key: %w", err)
	}
	for _, file := range append([]string{files.CA}, files.MoreCAs...) {
		text, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("the CAs of clients: %w", err)
		}
		cas, err := certificates(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		l.cas = append(l.cas, cas...)
	}
	if l.chain, err = certificates(cert); err != nil {
		return nil, fmt.Errorf("%s: %w", files.Cert, err)
	}
	pair, err := tls.X509KeyPair(cert, l.key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s: %w", files.Cert, files.Key, plain(err))
	}
	l.identity = identity.Of(l.chain[0])
	if use := l.chain[0].ExtKeyUsage; len(use) > 0 && !slices.Contains(use, x509.ExtKeyUsageServerAuth) && !slices.Contains(use, x509.ExtKeyUsageAny) {
		return nil, fmt.Errorf("%s: the certificate is not for servers (extended key usage): no client would take it", files.Cert)
	}
	l.configure(pair)
	return l, nil
}

func (l *loaded) configure(pair tls.Certificate) {
	pool := x509.NewCertPool()
	for _, c := range l.cas {
		pool.AddCert(c)
	}
	base := &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    pool,
		ClientAuth:   tls.RequireAndVerifyClientCert, // crypto/tls itself, so that its alert says why
		MinVersion:   tls.VersionTLS13,
		// With a ticket a client that connects again is not looked at again: neither the end of its
		// certificate nor a CA that was taken out would count.
		SessionTicketsDisabled: true,
	}
	l.grpc = credentials.NewTLS(base)
	l.http = base.Clone()
	l.http.ClientAuth = tls.VerifyClientCertIfGiven
	l.http.NextProtos = []string{"http/1.1"}
}

// same says whether both are of the same bytes.
func (l *loaded) same(o *loaded) bool {
	equal := (*x509.Certificate).Equal
	return slices.EqualFunc(l.chain, o.chain, equal) && slices.EqualFunc(l.cas, o.cas, equal) && bytes.Equal(l.key, o.key)
}

// certificates reads a bundle. What stands between its blocks is left out: openssl writes a
// certificate's words there.
func certificates(bundle []byte) (all []*x509.Certificate, err error) {
	blocks := 0
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		if blocks++; block.Type != "CERTIFICATE" {
			continue // a key, where both are in one file
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d cannot be read: %w", len(all)+1, err)
		}
		all = append(all, c)
	}
	switch begun := bytes.Count(bundle, []byte("-----BEGIN ")); {
	case blocks < begun:
		return nil, fmt.Errorf("%d of its %d PEM blocks can be read", blocks, begun)
	case len(all) == 0:
		return nil, errors.New("there is no certificate in PEM form")
	}
	return all, nil
}

// plain takes the package's name off an error of crypto/tls.
func plain(err error) error {
	if words, found := strings.CutPrefix(err.Error(), "tls: "); found {
		return errors.New(words)
	}
	return err
}
