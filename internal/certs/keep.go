package certs

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// CAFolder is the folder of the CA: ca.crt, and ca.key, which nobody needs who only shows or verifies certificates.
const (
	CAFolder  = "ca"
	caKeyFile = "ca.key"
)

// another is why a file that cannot be read is made anew: in Compose, the user that everything runs as has changed.
const another = "the old one is another user's"

// Kept is what Keep says of a folder.
type Kept struct {
	Folder string // with the path to it
	Cert   *x509.Certificate
	Made   string // why there is a new certificate, or "" where the old one is good
}

// Keep makes sure that dir has a CA, and in folders of their own a certificate for each of wanted and for all that
// have one of it there already. What is good stays as it is. What has less than a third of its time left, other names than
// wanted, or another CA is made anew, and all certificates with renew. A CA that is damaged, or ends before a new
// certificate would, is an error: whoever trusts it has to be told of another one.
func Keep(dir string, wanted map[string]Leaf, renew bool) ([]Kept, error) {
	ca, k, err := keepCA(filepath.Join(dir, CAFolder))
	if err != nil {
		return nil, err
	}
	all, err := present(dir, ca)
	if err != nil {
		return nil, err
	}
	maps.Copy(all, wanted)
	kept := []Kept{k}
	for _, folder := range slices.Sorted(maps.Keys(all)) {
		k, err := keepLeaf(filepath.Join(dir, folder), ca, all[folder], renew)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, folder), err)
		}
		kept = append(kept, k)
	}
	return kept, nil
}

func keepCA(dir string) (*CA, Kept, error) {
	cert, err := os.ReadFile(filepath.Join(dir, CAFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeCA(dir, "new")
	case err != nil:
		return nil, Kept{}, err
	}
	key, err := os.ReadFile(filepath.Join(dir, caKeyFile))
	switch {
	case errors.Is(err, fs.ErrPermission):
		return makeCA(dir, another)
	case err != nil:
		return nil, Kept{}, fmt.Errorf("the key of the CA: %w (without it, remove %s too: a new CA is made)", err, CAFile)
	}
	ca, err := ReadCA(Pair{Cert: cert, Key: key})
	if err != nil {
		return nil, Kept{}, fmt.Errorf("%s: %w", dir, err)
	}
	return ca, Kept{Folder: dir, Cert: ca.cert}, nil
}

func makeCA(dir, why string) (*CA, Kept, error) {
	ca, err := NewCA("livefilter CA", time.Time{})
	if err != nil {
		return nil, Kept{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, Kept{}, err
	}
	if err := writeFile(filepath.Join(dir, caKeyFile), ca.pair.Key, 0o600); err != nil {
		return nil, Kept{}, err
	}
	return ca, Kept{Folder: dir, Cert: ca.cert, Made: why}, writeFile(filepath.Join(dir, CAFile), ca.PEM(), 0o644)
}

func keepLeaf(dir string, ca *CA, l Leaf, renew bool) (Kept, error) {
	old, why, err := judge(dir, ca, l)
	if err != nil || why == "" && !renew {
		return Kept{Folder: dir, Cert: old}, err
	}
	pair, err := ca.Issue(l)
	if err != nil {
		return Kept{}, err
	}
	cert, err := pair.Leaf()
	if err != nil {
		return Kept{}, err
	}
	if cert.NotAfter.After(ca.cert.NotAfter) {
		return Kept{}, fmt.Errorf("the CA ends on %s: move its folder away for a new one, and give that one's %s to all who trust it",
			ca.cert.NotAfter.Format(time.DateOnly), CAFile)
	}
	if why == "" {
		why = "renewed"
	}
	return Kept{Folder: dir, Cert: cert, Made: why}, pair.Write(dir, ca.PEM())
}
