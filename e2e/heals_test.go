package e2e

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/uaecho"
	"github.com/livefilter/livefilter/internal/watch"
)

// A port that was in use is tried again when it is free, without an edit: by itself, and at
// once if somebody asks for it.
func TestAPortIsFreed(t *testing.T) {
	for name, ask := range map[string]func(s *stack){
		"by itself": nil,
		"retry": func(s *stack) {
			out, err := exec.Command(xdsServer, "retry", "--admin-address", s.admin).CombinedOutput()
			if want := "Envoys that are sent again what they refused: 1\n"; err != nil || !strings.HasPrefix(string(out), want) {
				s.t.Errorf("retry: %v, %s", err, out)
			}
		},
		"SIGHUP": func(s *stack) { must(s.t, s.server.cmd.Process.Signal(syscall.SIGHUP)) },
		"touch":  func(s *stack) { must(s.t, os.Chtimes(s.configPath(), time.Now(), time.Now())) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			protocols(t, func(t *testing.T, s *stack) {
				taken, free := hold(t)
				s.cfg.Port = taken
				s.save()
				s.mustRefuse(inUse)
				s.server.await("sent a NACK again")
				if ask != nil {
					ask(s) // in vain
					s.server.await("NACKed resources are sent again(.|\n)*sent a NACK again")
					if name != "SIGHUP" { // which nobody can wait for
						s.mustRefuse(inUse)
						free()
						ask(s)
						s.live()
					} else {
						free()
						ask(s)
					}
				} else {
					free()
				}
				eventually(t, "live without an edit", func() bool { return s.status().Live })
				if got := newClient(t).mustGet(t, taken); got.userAgent() != "one" {
					t.Errorf("got %q", got.userAgent())
				}
			})
		})
	}
}

// A host that DNS does not know yet is asked for again, without an edit.
func TestAHostIsBorn(t *testing.T) {
	variants(t, func(t *testing.T, s *stack, bootstrapFlags ...string) {
		ca, port := upstreamWith(t, uaecho.Options{Hosts: []string{"localhost", "new.example"}})
		must(t, os.WriteFile(filepath.Join(s.dir, "ca.pem"), ca, 0o600))
		s.cfg.UpstreamPort = port
		s.save()
		var born atomic.Bool
		l := s.startLive(func(_ context.Context, host string) ([]string, error) {
			if host == "new.example" && !born.Load() {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			return []string{"127.0.0.1"}, nil
		})
		s.useDNS(slowDNS(t, 0))
		s.startEnvoy(bootstrapFlags...)
		eventually(t, "live", func() bool { return l.Status().Live })
		stop := traffic(t, s.cfg.Port)
		version := l.Status().Version
		s.cfg.Host = "new.example"
		s.save()
		eventually(t, "refused", func() bool {
			e := l.Status().Error
			return e != nil && strings.Contains(*e, "DNS knows no host new.example")
		})
		born.Store(true)
		eventually(t, "live without an edit", func() bool { st := l.Status(); return st.Live && st.Version != version })
		if got := newClient(t).mustGet(t, s.cfg.Port); got.seen.Host != "new.example" {
			t.Errorf("the upstream saw host %q", got.seen.Host)
		}
		stop()
	})
}

// startLive serves as the command does, with another DNS.
func (s *stack) startLive(lookup func(context.Context, string) ([]string, error)) *live.Live {
	files, err := watch.New(slog.New(slog.DiscardHandler), config.MaxModuleBytes)
	must(s.t, err)
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	l := live.New(live.Options{
		File: s.configPath(), Log: slog.New(slog.DiscardHandler), Source: files, Checker: checker, Lookup: lookup,
		Saved: func(string) time.Time { return time.Time{} },
	})
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(s.t, err)
	s.xds = lis.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var parts errgroup.Group
	parts.Go(func() error { return l.Run(ctx) })
	parts.Go(func() error { return l.Serve(ctx, lis) })
	s.t.Cleanup(func() {
		cancel()
		must(s.t, parts.Wait())
		must(s.t, checker.Close(context.Background()))
	})
	<-l.Ready()
	return l
}
