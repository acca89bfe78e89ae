package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
	"github.com/livefilter/livefilter/internal/xds"
)

// newTold is a stack that is live, whose Envoy tells of its traffic every second.
func newTold(t *testing.T) *stack {
	s := newStack(t)
	s.flush = "1s"
	s.startServer()
	s.startEnvoy()
	s.live()
	return s
}

// told sends requests until the status is as it should be.
func (s *stack) told(what string, ok func(unhealthy string, n xds.Node) bool) {
	s.t.Helper()
	c := newClient(s.t)
	eventually(s.t, what, func() bool {
		for range 10 {
			_, _ = c.get(s.t.Context(), s.cfg.Port)
		}
		st := s.status()
		if !st.Live {
			s.t.Fatalf("not live: %+v", st)
		}
		return st.Nodes[0].Traffic != nil && ok(strings.Join(st.Unhealthy, "; "), st.Nodes[0])
	})
}

func (s *stack) toldHealthy(what string) {
	s.t.Helper()
	s.told(what+" it is healthy", func(unhealthy string, n xds.Node) bool {
		return unhealthy == "" && n.Traffic.Healthy && n.Traffic.Requests > 0
	})
}

// What is delivered and fails is live and not healthy, with the reason, until it is mended.
func TestLiveNotHealthy(t *testing.T) {
	for name, tt := range map[string]struct {
		breaks func(s *stack) string // the file with which requests fail
		want   string
	}{
		"another host's certificate": {func(s *stack) string {
			return strings.Replace(s.text(), "ca.pem}", "ca.pem, sni: example.com}", 1)
		}, "upstream echo: TLS certificate names another host (ssl.fail_verify_san)"},
		"another CA": {func(s *stack) string {
			ca, _ := upstream(s.t)
			must(s.t, os.WriteFile(filepath.Join(s.dir, "other.pem"), ca, 0o600))
			return strings.Replace(s.text(), "ca.pem}", "other.pem}", 1)
		}, "(ssl.fail_verify_error)"},
		"plaintext": {func(s *stack) string {
			_, port := upstreamWith(s.t, uaecho.Options{Plaintext: true})
			return strings.Replace(s.text(), fmt.Sprintf("port: %d\n", s.cfg.UpstreamPort), fmt.Sprintf("port: %d\n", port), 1)
		}, "upstream echo: TLS handshake failed (ssl.connection_error)"},
		"a closed port": {func(s *stack) string {
			return strings.Replace(s.text(), fmt.Sprintf("port: %d\n", s.cfg.UpstreamPort), fmt.Sprintf("port: %d\n", freePort(s.t)), 1)
		}, "upstream echo: connections are refused, or break off before they are set up (upstream_cx_connect_fail)"},
		"errors": {func(s *stack) string {
			b := s.newBackends("bad")[0]
			b.answers(http.StatusInternalServerError)
			return s.balanced("", b)
		}, "upstream bad: answers with 5xx (upstream_rq_5xx)"},
		"a crash at each request": {func(s *stack) string {
			good := s.cfg.Filters
			defer func() { s.cfg.Filters = good }()
			s.cfg.Filters = s.module("crash", "x", "")
			return s.text()
		}, "filter crash: its module crashes"},
		"a crash at each try": {func(s *stack) string {
			good := s.cfg.Filters
			defer func() { s.cfg.Filters = good }()
			s.cfg.Filters = s.module("crash", "x", retryOnce)
			return s.text()
		}, "filter crash: its module crashes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTold(t)
			s.toldHealthy("at first")
			broken := tt.breaks(s)
			s.write(broken)
			s.live()
			s.told("it is not healthy: "+tt.want, func(unhealthy string, n xds.Node) bool {
				return !n.Traffic.Healthy && n.Traffic.Failed > 0 && strings.HasPrefix(unhealthy, "envoy: ") &&
					strings.Contains(unhealthy, " requests in the last minute failed: ") && strings.Contains(unhealthy, tt.want)
			})
			out, _, code := s.statusCommand("--wait", "--timeout", patience.String())
			if code != 0 || !strings.Contains(out, "live on 1 of 1, not healthy: envoy: ") || !strings.Contains(out, tt.want) {
				t.Errorf("exit %d:\n%s", code, out)
			}
			s.save()
			s.live()
			s.toldHealthy("mended")
		})
	}
}

// A pool whose values are all out does not say so by 5xx.
func TestAllOutIsNotHealthy(t *testing.T) {
	s := newStack(t)
	refusing := s.newBackends("refusing")[0]
	refusing.answers(http.StatusTooManyRequests)
	s.flush = "1s"
	s.write(strings.Replace(s.balanced("", refusing), "balance: {upstreams: [refusing]}", "headers: [{name: X-Key, values: [a, b], evict: {on: [429], for: 1h}}]", 1))
	s.startServer()
	s.startEnvoy()
	s.live()
	s.told("all values are out", func(unhealthy string, n xds.Node) bool {
		return strings.Contains(unhealthy, "all values or upstreams to choose from were out (all_out)") && n.Traffic.Failed == 0 &&
			n.Traffic.Filters["pick"]["evicted"] >= 2 && n.Traffic.Filters["pick"]["all_out"] > 0
	})
}

// Of an Envoy that tells nothing, as one with an older bootstrap does, nothing is said.
func TestNoFiguresNoWord(t *testing.T) {
	s := newStack(t)
	s.write(strings.Replace(s.text(), "ca.pem}", "ca.pem, sni: example.com}", 1))
	s.startServer()
	s.envoyFlags = []string{"--config-yaml", "stats_config: {stats_matcher: {reject_all: true}}"}
	s.startEnvoy()
	s.live()
	for range 10 {
		if a, _ := newClient(t).get(t.Context(), s.cfg.Port); a.status != http.StatusServiceUnavailable {
			t.Errorf("got %d", a.status)
		}
	}
	if out, _, code := s.statusCommand(); code != 0 || out != "live on 1 of 1\nversion "+s.status().Version+"\n" {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
