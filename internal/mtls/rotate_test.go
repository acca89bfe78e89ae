package mtls

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// renewals are ways in which those who renew certificates write them.
var renewals = map[string]func(t *testing.T, r *rig, p certs.Pair, ca []byte){
	"renamed, the certificate first": func(t *testing.T, r *rig, p certs.Pair, ca []byte) {
		replace(t, r.files().Cert, p.Cert)
		replace(t, r.files().Key, p.Key)
		replace(t, r.files().CA, ca)
	},
	"renamed, the key first": func(t *testing.T, r *rig, p certs.Pair, ca []byte) {
		replace(t, r.files().CA, ca)
		replace(t, r.files().Key, p.Key)
		replace(t, r.files().Cert, p.Cert)
	},
	"in place, as spiffe-helper does": func(t *testing.T, r *rig, p certs.Pair, ca []byte) {
		must(t, os.WriteFile(r.files().Cert, p.Cert, 0o600), os.WriteFile(r.files().Key, p.Key, 0o600), os.WriteFile(r.files().CA, ca, 0o600))
	},
	"a Secret": func(t *testing.T, r *rig, p certs.Pair, ca []byte) {
		swap(t, r.dir, p, ca)
	},
}

func replace(t testing.TB, path string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(path+".next", data, 0o600), os.Rename(path+".next", path))
}

// swap is how the kubelet changes a Secret's or ConfigMap's files: at once, by one symbolic link.
func swap(t testing.TB, dir string, p certs.Pair, ca []byte) {
	t.Helper()
	data := filepath.Join(dir, fmt.Sprintf("..%d", time.Now().UnixNano()))
	must(t, os.Mkdir(data, 0o700))
	for name, text := range map[string][]byte{certs.CertFile: p.Cert, certs.KeyFile: p.Key, certs.CAFile: ca} {
		must(t, os.WriteFile(filepath.Join(data, name), text, 0o600))
	}
	old, _ := os.Readlink(filepath.Join(dir, "..data"))
	must(t, os.Symlink(filepath.Base(data), filepath.Join(dir, "..data_tmp")), os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
	for _, name := range []string{certs.CertFile, certs.KeyFile, certs.CAFile} {
		if _, err := os.Readlink(filepath.Join(dir, name)); err != nil {
			must(t, os.Remove(filepath.Join(dir, name)), os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)))
		}
	}
	if old != "" {
		must(t, os.RemoveAll(filepath.Join(dir, old)))
	}
}

// Whoever writes the new files in whatever way: no handshake fails meanwhile, and the new certificate
// comes. What fits of two states is not a warning, as it is over soon.
func TestRenewals(t *testing.T) {
	for name, renew := range renewals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			if name == "a Secret" { // as it was mounted
				swap(t, r.dir, issue(t, r.ca, certs.Leaf{Names: []string{"xds.example"}}), r.ca.PEM())
			}
			r.run()
			client := r.client(issue(t, r.ca, certs.Leaf{Names: []string{"edge"}, Use: certs.Client}))
			for range 3 {
				next := issue(t, r.ca, certs.Leaf{Names: []string{"xds.example"}, Use: certs.Server})
				leaf, err := next.Leaf()
				must(t, err)
				other := newCA(t, "another CA beside")
				renew(t, r, next, append(r.ca.PEM(), other.PEM()...))
				eventually(t, "the new certificate is shown", func() bool {
					shown, err := r.hello(client)
					must(t, err)
					return shown.Equal(leaf)
				})
				eventually(t, "the CA beside is taken", func() bool {
					_, err := r.hello(clientOf(t, r.ca, issue(t, other, certs.Leaf{Use: certs.Client})))
					return err == nil
				})
			}
			if words := r.log.String(); strings.Contains(words, "level=WARN msg=\"certificate files") {
				t.Errorf("logged\n%s", words)
			}
		})
	}
}

// Files that nobody could use change nothing, are worth one line, and one more when they are well.
func TestBadFiles(t *testing.T) {
	expired := func(t *testing.T, r *rig) {
		r.write(issue(t, r.ca, certs.Leaf{Names: []string{"xds.example"}, NotAfter: time.Now().Add(-time.Minute)}), r.ca)
	}
	for name, test := range map[string]struct {
		words string
		spoil func(t *testing.T, r *rig)
	}{
		"garbage":            {"1 PEM blocks can be read", func(t *testing.T, r *rig) { replace(t, r.files().Cert, []byte("-----BEGIN CERTIFICATE-----\nno\n")) }},
		"no PEM":             {"no certificate in PEM form", func(t *testing.T, r *rig) { replace(t, r.files().Cert, []byte("no")) }},
		"a key that is none": {"tls.key", func(t *testing.T, r *rig) { replace(t, r.files().Key, []byte("no")) }},
		"the key of another": {"private key does not match public key", func(t *testing.T, r *rig) { replace(t, r.files().Key, issue(t, r.ca, certs.Leaf{}).Key) }},
		"no CA":              {"ca.crt: there is no certificate", func(t *testing.T, r *rig) { replace(t, r.files().CA, []byte("# none\n")) }},
		"missing":            {"tls.crt: no such file", func(t *testing.T, r *rig) { must(t, os.Remove(r.files().Cert)) }},
		"empty":              {"tls.key", func(t *testing.T, r *rig) { must(t, os.Truncate(r.files().Key, 0)) }},
		"expired":            {"expired at", expired},
		"not valid yet": {"is not valid before", func(t *testing.T, r *rig) {
			r.write(issue(t, r.ca, certs.Leaf{NotBefore: time.Now().Add(time.Hour)}), r.ca)
		}},
		"for clients":          {"not for servers", func(t *testing.T, r *rig) { r.write(issue(t, r.ca, certs.Leaf{Use: certs.Client}), r.ca) }},
		"a folder in its way":  {"tls.crt", func(t *testing.T, r *rig) { must(t, os.Remove(r.files().Cert), os.Mkdir(r.files().Cert, 0o755)) }},
		"too large for a file": {"too large", func(t *testing.T, r *rig) { must(t, os.Truncate(r.files().CA, 2<<20)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.run()
			client := r.client(issue(t, r.ca, certs.Leaf{Use: certs.Client}))
			first, err := r.hello(client)
			must(t, err)
			test.spoil(t, r)
			eventually(t, "a warning", func() bool { return r.log.count("the last good ones stay in use") == 1 })
			if !strings.Contains(r.log.String(), test.words) || len(r.keys.Warnings()) != 1 {
				t.Errorf("lacks %q, or %v:\n%s", test.words, r.keys.Warnings(), r.log)
			}
			for range 3 {
				r.keys.source.Reload()
				shown, err := r.hello(client)
				if err != nil || !shown.Equal(first) {
					t.Fatalf("not the last good one: %v", err)
				}
			}
			must(t, os.RemoveAll(r.files().Cert))
			next := issue(t, r.ca, certs.Leaf{Names: []string{"xds.example"}})
			r.write(next, r.ca)
			eventually(t, "well again", func() bool { return r.log.count("certificates loaded") == 1 && len(r.keys.Warnings()) == 0 })
			if n := r.log.count("the last good ones stay in use"); n != 1 {
				t.Errorf("%d warnings:\n%s", n, r.log)
			}
		})
	}
}

// The files as they were before are no renewal, and a line.
func TestBackToWhatWas(t *testing.T) {
	r := newRig(t)
	r.run()
	good, err := os.ReadFile(r.files().Cert)
	must(t, err)
	replace(t, r.files().Cert, []byte("no"))
	eventually(t, "a warning", func() bool { return r.log.count("the last good ones stay in use") == 1 })
	replace(t, r.files().Cert, good)
	eventually(t, "well again", func() bool { return r.log.count("good again") == 1 })
	if n := r.log.count("certificates loaded"); n != 0 {
		t.Errorf("logged\n%s", r.log)
	}
}

// A CA that is taken out is out for the next handshake.
func TestACAIsTakenOut(t *testing.T) {
	r := newRig(t)
	r.run()
	client := r.client(issue(t, r.ca, certs.Leaf{Use: certs.Client}))
	_, err := r.hello(client)
	must(t, err)
	replace(t, r.files().CA, newCA(t, "the new CA").PEM())
	eventually(t, "it is refused", func() bool { _, err := r.hello(client); return err != nil })
	eventually(t, "it is in the log", func() bool { return r.log.count("which is not in") == 1 })
}

// At the start there is no last good one.
func TestOpenRefuses(t *testing.T) {
	r := newRig(t)
	must(t, os.Remove(r.files().Key))
	if _, err := Open(r.keys.log, r.files()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "the certificate's key") {
		t.Errorf("opened: %v", err)
	}
}
