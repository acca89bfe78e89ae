package e2e

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// rules saves the config with clients.
func (s *mutual) rules(clients string) {
	s.write(s.text() + "clients:\n" + clients)
}

const (
	letsIn   = "  - {name: \"*.example\", node: [\"{*}\", envoy, \"sidecar-*\"]}\n"
	keepsOut = "  - {name: other.example}\n"
	stranger = `no name of clients fits the certificate of edge-1.example`
)

// An Envoy that may not connect is told why, as is the log; an edit lets it in within its back-off,
// and another one throws it out, while traffic goes on with what it had.
func TestClients(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			s := newMutual(t)
			s.flush = "0.5s"
			s.rules(keepsOut)
			s.startServer()
			s.startEnvoy(flags...)
			s.envoy.await(`gRPC config stream to xds closed: 7, ` + stranger)
			s.server.await(`level=WARN msg="client denied" node=envoy address=127\.0\.0\.1:\d+ names=\[edge-1\.example\] err="` + stranger + `"`)
			s.says("status", `NOT LIVE: no Envoy is connected; not admitted by clients: 1\ndenied  envoy at 127.0.0.1:\d+: `+stranger+` \(`)
			eventually(t, "it came again", func() bool { return len(s.status().Denied) == 1 && s.status().Denied[0].Times > 3 })
			if out, err, code := s.statusCommand("--wait", "--timeout", "100ms"); code != 1 || !strings.Contains(err, "not admitted: envoy at ") {
				t.Errorf("status --wait: %s%s", out, err)
			}

			since := time.Now()
			s.rules(letsIn)
			s.live()
			t.Logf("let in %s after the edit", time.Since(since))
			s.says("status -v", `live on 1 of 1\n(?s:.*)certificate of edge-1.example`)
			c, conn := s.first(http.StatusOK)
			stop := traffic(t, s.cfg.Port)
			eventually(t, "its figures are taken, too", func() bool {
				nodes := s.status().Nodes
				return len(nodes) == 1 && nodes[0].Traffic != nil && nodes[0].Traffic.Requests > 0
			})

			s.cfg.Filters = fmt.Sprintf(userAgent, "two") // a secret that it is not to have
			s.rules(keepsOut)
			since = time.Now()
			eventually(t, "it is thrown out", func() bool { return s.connected() == 0 })
			t.Logf("thrown out %s after the edit", time.Since(since))
			s.says("status", `no Envoy is connected; not admitted by clients: 1\n.* it runs what it was sent before`)
			if st := s.status(); st.Gone != 0 || len(st.Nodes) != 0 {
				t.Errorf("it counts: %+v", st)
			}
			for range 20 {
				if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "one" {
					t.Fatalf("it has %q", got.userAgent())
				}
			}
			since = time.Now()
			s.rules(letsIn)
			s.live()
			t.Logf("back %s after the edit", time.Since(since))
			if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "two" || got.conn != conn {
				t.Errorf("%q on %s, want two on %s", got.userAgent(), got.conn, conn)
			}
			stop()
			if n := s.metric("livefilter_xds_denied_total"); n == "0" || n == "" {
				t.Errorf("denied: %q", n)
			}
			if n := strings.Count(s.server.out.String(), "client denied"); n > 2*(1+int(time.Since(begin)/time.Minute)) {
				t.Errorf("%d lines", n)
			}
		})
	}
}

// Each certificate may be the node that its own name says, and no other.
func TestClientsOwnName(t *testing.T) {
	for id, test := range map[string]struct {
		names []string
		want  string // in Envoy's log; "": it is live
	}{
		"edge-1":         {[]string{"edge-1.example"}, ""},
		"edge-2":         {[]string{"edge-1.example"}, `may be node "edge-1" of cluster "livefilter", not node "edge-2" of cluster "livefilter"`},
		"edge-3":         {[]string{"x.test", "edge-3.example", "spiffe://example/y"}, ""},
		"edge-4":         {[]string{"*.example"}, `may be node "*" of cluster "livefilter", not node "edge-4"`},
		"edge-5":         {[]string{"127.0.0.1"}, `clients goes by the DNS names and URIs of certificates, of which this one has none; its common name is not looked at`},
		"edge-6.ns~ns.x": {[]string{"spiffe://example/ns/ns/sa/edge"}, ""},
		"edge-7.n~n.x":   {[]string{"spiffe://example/ns/ns/sa/edge"}, `may be node "*.ns~ns.x"`},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newMutual(t)
			s.issue("edge", certs.Leaf{Names: test.names, Use: certs.Client})
			s.rules("  - {name: \"*.example\", node: \"{*}\", cluster: livefilter}\n  - {name: \"spiffe://example/ns/*/sa/edge\", node: \"*.{*}~{*}.x\"}\n")
			s.startServer()
			s.startEnvoy("--node-id", id)
			if test.want == "" {
				s.live()
				return
			}
			eventually(t, "Envoy says why", func() bool {
				return strings.Contains(s.envoy.out.String(), "gRPC config stream to xds closed: 7, ") && strings.Contains(s.envoy.out.String(), test.want)
			})
		})
	}
}

// An Envoy that takes the filters alone, on a stream for these, is asked as any other.
func TestClientsAttached(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newMutual(t)
			s.rules(keepsOut)
			s.startServer()
			s.attach(flags...)
			s.envoy.await(`closed: 7, ` + stranger)
			s.rules("  - {name: edge-1.example}\n")
			c, conn := s.first(http.StatusOK)
			s.live()
			stop := traffic(t, s.cfg.Port)
			s.rules(keepsOut)
			eventually(t, "it is thrown out", func() bool { return s.connected() == 0 })
			if got := c.mustGet(t, s.cfg.Port); got.userAgent() != "one" || got.conn != conn {
				t.Errorf("it has %q on %s", got.userAgent(), got.conn)
			}
			stop()
		})
	}
}

// What plan says of an edit of clients is what becomes of it.
func TestClientsPlan(t *testing.T) {
	s := newMutual(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	says := func(rules, want string) {
		t.Helper()
		if got := s.plan(s.text() + "clients:\n" + rules); !strings.Contains(got, want) {
			t.Errorf("plan:\n%swant\n%s", got, want)
		}
	}
	for _, step := range []struct{ rules, want string }{
		{keepsOut, "clients: who may connect: none of the Envoys that are connected\n    + other.example may be any node\n" +
			"envoy envoy: is not admitted any more: " + stranger + "; it goes on with what it was sent\nversion "},
		{letsIn, "envoy envoy: is admitted\n"},
	} {
		says(step.rules, step.want)
		s.rules(step.rules)
		if strings.Contains(step.want, "not admitted") {
			eventually(t, "it is thrown out", func() bool { return s.connected() == 0 && len(s.status().Denied) == 1 })
		} else {
			s.live()
		}
		says(step.rules, "nothing: ")
	}
}

// Without certificates there is nobody for clients to tell apart.
func TestClientsPlaintext(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	s.write(s.text() + "clients:\n" + letsIn)
	line := strings.Count(s.text(), "\n") + 2
	plan := exec.Command(xdsServer, "plan", "livefilter.yaml", "--admin-address", s.admin)
	plan.Dir = s.dir
	if out, err := plan.CombinedOutput(); err == nil || !strings.Contains(string(out), fmt.Sprintf("livefilter.yaml:%d:3: clients: needs ", line)) {
		t.Errorf("plan: %s", out)
	}
	s.says("status", fmt.Sprintf(`NOT LIVE: the file is not served; the last good one runs on 1 of 1\nfile    livefilter.yaml:%d:3: clients: needs the names of certificates, and the port that Envoys connect to is plaintext: start the server with --tls-cert`, line))
}
