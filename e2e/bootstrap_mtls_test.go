package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/xds"
)

// The Envoy of these tests has what `bootstrap` writes, and the server a certificate with names.

func withCertificates(t *testing.T, names ...string) (s *stack, ca *certs.CA, envoyFlags []string) {
	s = newStack(t)
	ca, err := certs.NewCA("test CA", time.Time{})
	must(t, err)
	server, envoy := filepath.Join(s.dir, "server"), filepath.Join(s.dir, "edge")
	for dir, l := range map[string]certs.Leaf{
		server: {Names: names, Use: certs.Server},
		envoy:  {Names: []string{"edge.example"}, Use: certs.Client},
	} {
		pair, err := ca.Issue(l)
		must(t, err)
		must(t, pair.Write(dir, ca.PEM()))
	}
	s.flags = append(s.flags, "--tls-cert", server+"/tls.crt", "--tls-key", server+"/tls.key", "--tls-client-ca", server+"/ca.crt")
	return s, ca, []string{"--tls-cert", envoy + "/tls.crt", "--tls-key", envoy + "/tls.key", "--tls-ca", envoy + "/ca.crt"}
}

func TestBootstrapKnowsTheServer(t *testing.T) {
	for name, flags := range map[string][]string{
		"127.0.0.1":                  nil, // the host of --server
		"xds.example":                {"--tls-name", "xds.example"},
		"*.eu.example":               {"--tls-name", "XDS.eu.example"},
		"spiffe://example/ns/lf/xds": {"--tls-name", "spiffe://example/ns/lf/xds"},
	} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			t.Parallel()
			s, _, envoyFlags := withCertificates(t, "other.example", name)
			s.flush = "1s"
			s.startServer()
			s.startEnvoy(append(envoyFlags, flags...)...)
			s.live()
			s.told("its figures come too", func(_ string, n xds.Node) bool { return n.Traffic != nil })
			// Of those that were opened the first may have been given up, on a busy machine.
			if n := s.counter("cluster.xds.upstream_cx_active"); n != 1 {
				t.Errorf("%d connections, where config and figures share one", n)
			}
		})
	}
}

// folderSwap writes the pair as the kubelet writes a Secret: all files change at once, by one rename.
func folderSwap(t *testing.T, dir string, ca, cert, key []byte) {
	t.Helper()
	next := filepath.Join(dir, fmt.Sprint("..", time.Now().UnixNano()))
	must(t, os.Mkdir(next, 0o755))
	for name, data := range map[string][]byte{"ca.crt": ca, "tls.crt": cert, "tls.key": key} {
		must(t, os.WriteFile(filepath.Join(next, name), data, 0o600))
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			must(t, os.Symlink("..data/"+name, filepath.Join(dir, name)))
		}
	}
	must(t, os.Symlink(filepath.Base(next), filepath.Join(dir, "..next")))
	must(t, os.Rename(filepath.Join(dir, "..next"), filepath.Join(dir, "..data")))
}

// Envoy follows a Secret, keeps a pair that it has over one that does not fit, and its stream is cut by neither.
func TestBootstrapFollowsASecret(t *testing.T) {
	t.Parallel()
	s, ca, envoyFlags := withCertificates(t, "127.0.0.1")
	edge := filepath.Join(s.dir, "edge")
	must(t, os.RemoveAll(edge))
	must(t, os.Mkdir(edge, 0o755))
	issue := func() (certs.Pair, string) {
		pair, err := ca.Issue(certs.Leaf{Names: []string{"edge.example"}, Use: certs.Client})
		must(t, err)
		leaf, err := pair.Leaf()
		must(t, err)
		return pair, leaf.SerialNumber.Text(16)
	}
	first, _ := issue()
	folderSwap(t, edge, ca.PEM(), first.Cert, first.Key)
	s.startServer()
	s.startEnvoy(envoyFlags...)
	s.live()
	stop := traffic(t, s.cfg.Port)

	second, serial := issue()
	folderSwap(t, edge, ca.PEM(), second.Cert, second.Key)
	eventually(t, "Envoy has the new certificate", func() bool { return strings.Contains(s.envoyGet("/certs"), serial) })
	folderSwap(t, edge, ca.PEM(), second.Cert, first.Key)
	const failed = "sds.livefilter-certificate.key_rotation_failed"
	eventually(t, "Envoy saw a pair that does not fit", func() bool { return s.counter(failed) > 0 })
	folderSwap(t, edge, nil, nil, nil)
	eventually(t, "Envoy saw empty files", func() bool { return s.counter(failed) > 1 })
	if !strings.Contains(s.envoyGet("/certs"), serial) {
		t.Error("Envoy has not kept the pair that fits")
	}
	s.makeLive(strings.Replace(userAgent, "%s", "two", 1))
	stop()
	if n := s.counter("cluster.xds.ssl.handshake"); n != 1 {
		t.Errorf("%d handshakes: the stream was cut", n)
	}

	// What it kept is what it comes back with.
	s.server.kill()
	s.startServer()
	s.live()
	if n := s.counter("cluster.xds.ssl.handshake"); n != 2 {
		t.Errorf("%d handshakes", n)
	}
}
