package certs_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// keep returns why each folder was made, "" where it was kept.
func keep(t *testing.T, dir string, wanted map[string]certs.Leaf, renew bool) map[string]string {
	t.Helper()
	kept, err := certs.Keep(dir, wanted, renew)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]string{}
	for _, k := range kept {
		made[filepath.Base(k.Folder)] = k.Made
	}
	return made
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("made %v, want %v", got, want)
	}
}

func TestKeep(t *testing.T) {
	dir := t.TempDir()
	edge := map[string]certs.Leaf{"edge": {Names: []string{"edge.example.com"}, Use: certs.Client}}
	all := map[string]certs.Leaf{"edge": edge["edge"], "server": {Names: []string{"0:0::1", "spiffe://example.com/xds", "xds"}, Use: certs.Server}}
	same(t, keep(t, dir, all, false), map[string]string{"ca": "new", "edge": "new", "server": "new"})
	same(t, keep(t, dir, all, false), map[string]string{"ca": "", "edge": "", "server": ""})
	same(t, keep(t, dir, nil, true), map[string]string{"ca": "", "edge": "renewed", "server": "renewed"})
	same(t, keep(t, dir, all, false), map[string]string{"ca": "", "edge": "", "server": ""})
	same(t, keep(t, dir, map[string]certs.Leaf{"edge": {Names: []string{"other"}}}, false), map[string]string{"ca": "", "edge": "other names", "server": ""})

	if err := os.WriteFile(filepath.Join(dir, "edge", certs.KeyFile), []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, keep(t, dir, edge, false), map[string]string{"ca": "", "edge": "the old one is damaged", "server": ""})
	for _, name := range []string{"edge", "server"} {
		pair, err := certs.ReadPair(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pair.TLS(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeepRenewsWhatEndsSoon(t *testing.T) {
	dir := t.TempDir()
	keep(t, dir, nil, false)
	key, err := os.ReadFile(filepath.Join(dir, "ca", "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := os.ReadFile(filepath.Join(dir, "ca", certs.CAFile))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := certs.ReadCA(certs.Pair{Cert: cert, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for name, until := range map[string]time.Time{"over": now.Add(-time.Hour), "soon": now.Add(29 * time.Hour), "later": now.Add(40 * time.Hour)} {
		pair, err := ca.Issue(certs.Leaf{Names: []string{name}, NotBefore: now.Add(-60 * time.Hour), NotAfter: until})
		if err != nil {
			t.Fatal(err)
		}
		if err := pair.Write(filepath.Join(dir, name), ca.PEM()); err != nil {
			t.Fatal(err)
		}
	}
	foreign, err := newCA(t).Issue(certs.Leaf{Names: []string{"foreign"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := foreign.Write(filepath.Join(dir, "foreign"), nil); err != nil {
		t.Fatal(err)
	}
	got := keep(t, dir, nil, false)
	if !strings.HasPrefix(got["over"], "the old one ends on") || !strings.HasPrefix(got["soon"], "the old one ends on") || got["later"] != "" {
		t.Error(got)
	}
	if _, ok := got["foreign"]; ok {
		t.Error("a certificate of another CA, which nobody asked for, was touched")
	}
}

func TestKeepSaysWhatIsWrong(t *testing.T) {
	for what, test := range map[string]struct {
		file, content, want string
	}{
		"a CA without its key":    {"ca/ca.key", "", "the key of the CA: "},
		"a CA that is damaged":    {"ca/ca.crt", "x", "ca: the certificate is not PEM"},
		"a key that is no CA's":   {"ca/ca.key", "x", "ca: the key is not PEM"},
		"a folder that is a file": {"edge", "x", "edge"},
	} {
		dir := t.TempDir()
		keep(t, dir, nil, false)
		path := filepath.Join(dir, test.file)
		if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if test.content == "" {
			os.Remove(path)
		}
		_, err := certs.Keep(dir, map[string]certs.Leaf{"edge": {Names: []string{"edge"}}}, false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := certs.Keep(t.TempDir(), map[string]certs.Leaf{"edge": {Names: []string{"a b"}}}, false); err == nil {
		t.Error("a name with a blank")
	}
}
