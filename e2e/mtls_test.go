package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/certs"
)

// Both sides' certificates are renewed under traffic and edits: no request is lost, and the stream
// stays. A new connection then has the new ones.
func TestMTLSRenewal(t *testing.T) {
	s := newMutual(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	stop := traffic(t, s.cfg.Port)
	for round := range 5 {
		s.issue("server", certs.Leaf{Names: []string{serverName}, Use: certs.Server})
		s.issue("edge", certs.Leaf{Names: []string{fmt.Sprintf("edge-1.round-%d.example", round)}, Use: certs.Client})
		s.makeLive(fmt.Sprintf(userAgent, fmt.Sprint("round ", round)))
		s.taken(round + 1)
	}
	stop()
	if words := s.server.out.String(); strings.Contains(words, "envoy disconnected") || strings.Contains(words, "handshake refused") {
		t.Errorf("the stream did not stay:\n%s", words)
	}
}

// taken waits until the server has new certificates for the nth time.
func (s *mutual) taken(n int) {
	s.t.Helper()
	eventually(s.t, "the server takes its new certificates", func() bool {
		return strings.Count(s.server.out.String(), "certificates loaded") == n
	})
}

// Both sides move to another CA under traffic, and the old one is taken out: a connection that is made then has
// nothing that the old CA signed. The one that is open stays, as long as it likes.
func TestMTLSMovesToAnotherCA(t *testing.T) {
	s := newMutual(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	stop := traffic(t, s.cfg.Port)
	next := newCA(t, "livefilter")
	trust := func(cas ...*certs.CA) {
		var bundle []byte
		for _, ca := range cas {
			bundle = append(bundle, ca.PEM()...)
		}
		for _, who := range []string{"server", "edge"} {
			must(t, os.WriteFile(s.path(who, "next"), bundle, 0o600))
			must(t, os.Rename(s.path(who, "next"), s.path(who, certs.CAFile)))
		}
	}
	trust(s.ca, next)
	s.taken(1)
	for _, l := range []struct {
		who  string
		leaf certs.Leaf
	}{{"edge", certs.Leaf{Names: []string{"edge-1.next.example"}}}, {"server", certs.Leaf{Names: []string{serverName}}}} {
		pair, _ := issued(t, next, l.leaf)
		must(t, pair.Write(s.path(l.who, ""), append(s.ca.PEM(), next.PEM()...)))
	}
	s.taken(2)
	trust(next)
	s.taken(3)
	s.makeLive(fmt.Sprintf(userAgent, "over the old connection"))
	if words := s.server.out.String(); strings.Contains(words, "envoy disconnected") {
		t.Errorf("the stream did not stay:\n%s", words)
	}
	s.server.kill()
	s.startServer()
	s.live()
	stop()
}
