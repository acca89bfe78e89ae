package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// wire is a server without checks, for what the real one would never send.
type wire struct {
	*xds.Server
	s *stack
}

func (s *stack) startWire() *wire {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(s.t, err)
	var out output
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w := &wire{xds.New(log, xds.Options{}, func(e xds.Event) {
		if e.Kind == xds.Refused {
			log.Warn("refused", "names", e.Names, "err", e.Words)
		}
	}), s}
	s.t.Cleanup(func() {
		if s.t.Failed() {
			s.t.Logf("--- wire\n%s", tail(out.String(), 60))
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- w.Serve(ctx, lis) }()
	s.t.Cleanup(func() {
		cancel()
		must(s.t, <-ended)
	})
	s.xds = lis.Addr().String()
	return w
}

// set serves what the config file says, but for filters, which edit gets to change. A
// filter is left out where edit returns nil.
func (w *wire) set(edit func(code []byte) []byte) {
	t := w.s.t
	t.Helper()
	data, err := os.ReadFile(w.s.configPath())
	must(t, err)
	c, err := config.Parse(w.s.configPath(), data, os.ReadFile)
	must(t, err)
	all, err := snapshot.Build(c)
	must(t, err)
	var kept []proto.Message
	for _, r := range all {
		if filter, ok := r.(*corev3.TypedExtensionConfig); ok {
			left := false
			packed, err := snapshot.EditMatched(filter.TypedConfig, func(inner *anypb.Any) (*anypb.Any, error) {
				wasm := &wasmfilterv3.Wasm{}
				must(t, inner.UnmarshalTo(wasm))
				code := wasm.GetConfig().GetVmConfig().GetCode().GetLocal()
				changed := edit(code.GetInlineBytes())
				left = changed != nil
				code.Specifier = &corev3.DataSource_InlineBytes{InlineBytes: changed}
				return anypb.New(wasm)
			})
			must(t, err)
			if !left {
				continue
			}
			filter.TypedConfig = packed
		}
		kept = append(kept, r)
	}
	wired, err := snapshot.Wire(c, kept)
	must(t, err)
	snap, err := xds.NewSnapshot(wired)
	must(t, err)
	w.Set(snap)
}

func whole(code []byte) []byte  { return code }
func broken(code []byte) []byte { return code[:len(code)/2] }
func none([]byte) []byte        { return nil }

// refused waits until an Envoy has refused what is served.
func (w *wire) refused() {
	w.s.t.Helper()
	eventually(w.s.t, "the module is refused", func() bool {
		for _, n := range w.Fleet().Nodes {
			for _, r := range n.Resources {
				if r.Refused {
					return true
				}
			}
		}
		return false
	})
}

// The port opens without the filter after 15 s, Envoy's own limit, or once it was refused;
// requests are not answered with 500 then, whichever chain the filter is missing in.
func TestMissingFilter(t *testing.T) {
	for chain, rest := range map[string]string{"listener": "", "cluster": retryOnce, "matched": matchAll, "matched, cluster": matchAll + retryOnce} {
		for _, at := range []struct {
			name string
			edit func([]byte) []byte
		}{{"none", none}, {"broken", broken}} {
			if at.name == "none" && strings.HasPrefix(chain, "matched") {
				continue // what stands in for a filter that is not there is the same
			}
			for onMissing, status := range map[string]int{"block": http.StatusForbidden, "pass": http.StatusOK} {
				t.Run(fmt.Sprintf("%s, %s, %s", chain, at.name, onMissing), func(t *testing.T) {
					t.Parallel()
					s := newStack(t)
					s.cfg.FilterConfig += ", on_missing: " + onMissing
					s.cfg.Filters = fmt.Sprintf(userAgent, "one, two") + rest
					s.save()
					w := s.startWire()
					w.set(at.edit)
					s.startEnvoy()
					c, conn := s.first(status)
					w.set(whole)
					var a answer
					defer func() {
						if t.Failed() {
							t.Logf("the last answer, after one on connection %s: %+v", conn, a)
						}
					}()
					eventually(t, "the filter runs", func() bool {
						a, _ = c.get(t.Context(), s.cfg.Port)
						return a.status == http.StatusOK && a.userAgent() != "Go-http-client/1.1" && a.conn == conn
					})
				})
			}
		}
	}
}

// A sidecar that is sent a module that it cannot load refuses it and keeps the one it has.
func TestSidecarRefuses(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}, "matched": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			match := map[string]string{"matched": matchAll}[name]
			s.cfg.Filters += match
			s.save()
			w := s.startWire()
			w.set(whole)
			s.foreign(patched(t, s.render(append([]string{"--format", "istio-live", "--server", s.xds}, flags...)...)))
			c, conn := s.first(http.StatusOK)
			stop := traffic(t, s.cfg.Port)
			old := "one"
			for _, next := range []string{"two", "three", "four"} {
				s.cfg.Filters = fmt.Sprintf(userAgent, next) + match
				s.save()
				w.set(broken)
				w.refused()
				for range 5 {
					if got := c.mustGet(t, s.cfg.Port); got.userAgent() != old || got.conn != conn {
						t.Errorf("after a refusal: %q on %s", got.userAgent(), got.conn)
					}
				}
				w.set(whole)
				eventually(t, "the next good one runs", func() bool {
					return c.mustGet(t, s.cfg.Port).userAgent() == next
				})
				old = next
			}
			stop()
		})
	}
}
