package certs

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// judge says why the pair in dir has to be made anew, or "". An error is of names that no certificate may have.
func judge(dir string, ca *CA, l Leaf) (old *x509.Certificate, why string, err error) {
	wanted := &x509.Certificate{}
	for _, name := range l.Names {
		if err := addName(wanted, name); err != nil {
			return nil, "", err
		}
	}
	pair, err := ReadPair(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "new", nil
	case errors.Is(err, fs.ErrPermission):
		return nil, another, nil
	case err != nil:
		return nil, "", err
	}
	if _, err := pair.TLS(); err != nil {
		return nil, "the old one is damaged", nil //nolint:nilerr // how does not matter, since it is made anew
	}
	old, err = pair.Leaf()
	if err != nil {
		return nil, "", err
	}
	trusted, err := os.ReadFile(filepath.Join(dir, CAFile))
	switch {
	case err != nil || !bytes.Equal(trusted, ca.PEM()) || old.CheckSignatureFrom(ca.cert) != nil:
		return old, "the CA is another one", nil
	case !slices.Equal(slices.Sorted(slices.Values(Names(old))), slices.Sorted(slices.Values(Names(wanted)))):
		return old, "other names", nil
	case time.Until(old.NotAfter) < old.NotAfter.Sub(old.NotBefore)/3:
		return old, "the old one ends on " + old.NotAfter.Format(time.DateOnly), nil
	}
	return old, "", nil
}

// present is what the folders of dir have certificates of the CA for.
func present(dir string, ca *CA) (map[string]Leaf, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	leaves := map[string]Leaf{}
	for _, e := range entries {
		if !e.IsDir() || e.Name() == CAFolder {
			continue
		}
		pair, err := ReadPair(filepath.Join(dir, e.Name()))
		if err != nil {
			continue // somebody else's folder, or one that is wanted anyway
		}
		cert, err := pair.Leaf()
		if err != nil || cert.CheckSignatureFrom(ca.cert) != nil {
			continue
		}
		l := Leaf{Names: Names(cert)}
		for use, ext := range extUsages {
			if slices.Equal(ext, cert.ExtKeyUsage) {
				l.Use = use
			}
		}
		leaves[e.Name()] = l
	}
	return leaves, nil
}

// Names are all subject alternative names of a certificate: DNS names, IP addresses, URIs.
func Names(cert *x509.Certificate) []string {
	names := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	for _, uri := range cert.URIs {
		names = append(names, uri.String())
	}
	return names
}
