package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// mutual is a stack whose server and Envoy show certificates, each of a folder of its own.
type mutual struct {
	*stack
	ca  *certs.CA
	tls []string // Envoy's, in flags of bootstrap and render
}

// serverName is the host of --server, which an Envoy expects if it is not told another name.
const serverName = "127.0.0.1"

func newMutual(t testing.TB) *mutual {
	s := &mutual{stack: newStack(t), ca: newCA(t, "livefilter")}
	s.issue("server", certs.Leaf{Names: []string{serverName}, Use: certs.Server})
	s.issue("edge", certs.Leaf{Names: []string{"edge-1.example"}, Use: certs.Client})
	s.flags = append(s.flags, "--tls-cert", s.path("server", certs.CertFile), "--tls-key", s.path("server", certs.KeyFile), "--tls-client-ca", s.path("server", certs.CAFile))
	s.tls = []string{"--tls-cert", s.path("edge", certs.CertFile), "--tls-key", s.path("edge", certs.KeyFile), "--tls-ca", s.path("edge", certs.CAFile)}
	return s
}

func newCA(t testing.TB, name string) *certs.CA {
	ca, err := certs.NewCA(name, time.Time{})
	must(t, err)
	return ca
}

// issued returns a new certificate, and its serial number as Envoy writes it.
func issued(t testing.TB, ca *certs.CA, l certs.Leaf) (pair certs.Pair, serial string) {
	t.Helper()
	pair, err := ca.Issue(l)
	must(t, err)
	leaf, err := pair.Leaf()
	must(t, err)
	return pair, leaf.SerialNumber.Text(16)
}

func (s *mutual) path(who, file string) string { return filepath.Join(s.dir, who, file) }

// issue writes a new certificate of one side, by renames in turn.
func (s *mutual) issue(who string, l certs.Leaf) { s.issueBy(s.ca, who, l) }

func (s *mutual) issueBy(ca *certs.CA, who string, l certs.Leaf) {
	s.t.Helper()
	pair, _ := issued(s.t, ca, l)
	must(s.t, pair.Write(s.path(who, ""), s.ca.PEM()))
}

// startEnvoy starts one with what bootstrap writes for mTLS.
func (s *mutual) startEnvoy(flags ...string) {
	s.t.Helper()
	s.stack.startEnvoy(slices.Concat(s.tls, flags)...)
}

// attach starts an Envoy that somebody else configures, with the snippet.
func (s *mutual) attach(flags ...string) {
	s.t.Helper()
	s.render(slices.Concat(s.tls, flags, []string{"--format", "snippet", "--server", s.xds, "-o", s.dir})...)
	text, err := os.ReadFile(filepath.Join(s.dir, "snippet.yaml"))
	must(s.t, err)
	snippet := parse(s.t, text)
	s.foreign(snippet["http_filters"].([]any), snippet["clusters"].([]any))
}

// envoyIs says whether the version of the Envoy under test begins so.
func envoyIs(t testing.TB, prefix string) bool {
	out, err := exec.Command(envoy, "--version").Output()
	must(t, err)
	return strings.Contains(string(out), "/"+prefix)
}
