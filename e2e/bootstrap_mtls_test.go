package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/xds"
)

func TestBootstrapKnowsTheServer(t *testing.T) {
	for name, flags := range map[string][]string{
		"127.0.0.1":                  nil, // serverName
		"xds.example":                {"--tls-name", "xds.example"},
		"*.eu.example":               {"--tls-name", "XDS.eu.example"},
		"spiffe://example/ns/lf/xds": {"--tls-name", "spiffe://example/ns/lf/xds"},
	} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			t.Parallel()
			s := newMutual(t)
			s.issue("server", certs.Leaf{Names: []string{"other.example", name}, Use: certs.Server})
			s.flush = "1s"
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			s.told("its figures come too", func(_ string, n xds.Node) bool { return n.Traffic != nil })
			// Of those that were opened the first may have been given up, on a busy machine.
			if n := s.counter("cluster.xds.upstream_cx_active"); n != 1 {
				t.Errorf("%d connections, where config and figures share one", n)
			}
		})
	}
}

// Envoy follows a Secret, keeps a pair that it has over one that does not fit, and its stream is cut by neither.
func TestBootstrapFollowsASecret(t *testing.T) {
	t.Parallel()
	s := newMutual(t)
	must(t, os.RemoveAll(s.path("edge", "")))
	shown := 0
	show := func(ca, cert, key []byte) {
		shown++
		mount(t, s.path("edge", ""), fmt.Sprint("..", shown), map[string]string{
			certs.CAFile: string(ca), certs.CertFile: string(cert), certs.KeyFile: string(key),
		})
	}
	edge := certs.Leaf{Names: []string{"edge-1.example"}, Use: certs.Client}
	first, _ := issued(t, s.ca, edge)
	show(s.ca.PEM(), first.Cert, first.Key)
	s.startServer()
	s.startEnvoy()
	s.live()
	stop := traffic(t, s.cfg.Port)

	second, serial := issued(t, s.ca, edge)
	show(s.ca.PEM(), second.Cert, second.Key)
	eventually(t, "Envoy has the new certificate", func() bool { return strings.Contains(s.envoyGet("/certs"), serial) })
	show(s.ca.PEM(), second.Cert, first.Key)
	const failed = "sds.livefilter-certificate.key_rotation_failed"
	eventually(t, "Envoy saw a pair that does not fit", func() bool { return s.counter(failed) > 0 })
	show(nil, nil, nil)
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
