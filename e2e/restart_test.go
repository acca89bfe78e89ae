package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// updates returns how often Envoy has taken something from its server. Each was counted before its ACK was sent, as
// config_reload of a filter was not.
func (s *stack) updates() string {
	s.t.Helper()
	figures := s.stats(`(lds|cds|rds.*|my-wasm-filter)\.(update_success|update_rejected)$`)
	if strings.Count(figures, "\n") < 6 {
		s.t.Fatalf("too few figures: %s", figures)
	}
	return figures
}

func TestTheSameMeaningPushesNothing(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		before, version := s.updates(), s.status().Version
		s.write("# a comment\n" + strings.Replace(s.text(),
			"{name: User-Agent, values: [one]}", "{values: ['one'], name: user-agent}", 1))
		s.server.await("means the same")
		s.live()
		if after := s.updates(); after != before || s.status().Version != version {
			t.Errorf("Envoy was sent something:\n%s\nbefore:\n%s", after, before)
		}
	})
}

func TestRestartOfTheServer(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		before, version := s.updates(), s.status().Version
		stop := traffic(t, s.cfg.Port)
		for _, end := range []func(){
			func() { s.server.kill() },
			func() {
				began := time.Now()
				if code := s.server.terminate(); code != 0 {
					t.Errorf("SIGTERM: exit %d", code)
				}
				t.Logf("SIGTERM took %s", time.Since(began))
			},
		} {
			end()
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" {
				t.Errorf("without a server: %q", got.userAgent())
			}
			s.startServer()
			s.live()
			if after := s.updates(); after != before || s.status().Version != version {
				t.Errorf("Envoy was sent something:\n%s\nbefore:\n%s", after, before)
			}
		}
		s.server.kill()
		s.cfg.Filters = fmt.Sprintf(userAgent, "edited-meanwhile")
		s.save()
		s.startServer()
		s.live()
		if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "edited-meanwhile" {
			t.Errorf("after an edit without a server: %q", got.userAgent())
		}
		stop()
	})
}

// A filter edit is no change of the listener: no filter chain drains.
func TestNoDrainByFilterEdits(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		for i := range 5 {
			s.makeLive(fmt.Sprintf(userAgent, fmt.Sprint("v", i)))
		}
		got := s.stats(`listener_manager\.(listener_modified|listener_in_place_updated|total_filter_chains_draining)$`)
		want := "listener_manager.listener_in_place_updated: 0\nlistener_manager.listener_modified: 0\nlistener_manager.total_filter_chains_draining: 0\n"
		if got != want {
			t.Errorf("got %s", got)
		}
	})
}
