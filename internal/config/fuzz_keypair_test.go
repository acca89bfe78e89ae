package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzKeyPair: whatever certificates, keys and bundles are, Parse ends with errors or with what can be sent.
func FuzzKeyPair(f *testing.F) {
	var all [][]byte
	for _, pattern := range []string{"testdata/*.pem", "testdata/*/*.pem", "testdata/*/*.key", "testdata/*/*.crt"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil && len(data) < 10_000 {
				all = append(all, data)
			}
		}
	}
	for i, cert := range all {
		f.Add(cert, cert)
		f.Add(cert, all[(i+1)%len(all)])
	}
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), []byte("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, cert, key []byte) {
		_, err := Parse("c.yaml", []byte("listener: {tls: {cert: c.pem, key: k.pem}}\nfilters: []\nupstreams: [{name: u, host: h, port: 80, tls: {ca: c.pem, cert: c.pem, key: k.pem}}]\n"),
			func(path string) ([]byte, error) {
				if filepath.Base(path) == "c.pem" {
					return cert, nil
				}
				return key, nil
			})
		if err != nil && !errors.As(err, new(Errors)) {
			t.Error(err)
		}
	})
}
