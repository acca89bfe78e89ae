package certs

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/livefilter/livefilter/internal/replace"
)

// The names of the files in a folder are those of Kubernetes' TLS secrets as cert-manager fills them in.
const (
	CertFile = "tls.crt"
	KeyFile  = "tls.key"
	CAFile   = "ca.crt"
)

// ReadPair reads the pair that dir has.
func ReadPair(dir string) (Pair, error) {
	cert, err := os.ReadFile(filepath.Join(dir, CertFile))
	if err != nil {
		return Pair{}, err
	}
	key, err := os.ReadFile(filepath.Join(dir, KeyFile))
	return Pair{Cert: cert, Key: key}, err
}

// Write makes dir and puts the pair, and the CA that whoever uses it trusts, into it. Each file comes by a rename,
// the key's with mode 0600.
func (p Pair) Write(dir string, ca []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
		mode os.FileMode
	}{{CAFile, ca, 0o644}, {KeyFile, p.Key, 0o600}, {CertFile, p.Cert, 0o644}} {
		if err := writeFile(filepath.Join(dir, f.name), f.data, f.mode); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := replace.File(path, data, mode); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
