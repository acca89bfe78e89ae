// Package live is the heart of the server: it takes a config from where it is kept to the
// Envoys and watches it become live.
//
//	load -> prepare -> set -> sent, acknowledged, live
//
// All that can fail comes before set: on an error the last good config goes on being served.
// The package owns what is loaded and why it is not served; what an Envoy runs it asks xds.
package live

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/metrics"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

// Source is where the config and the files that it names come from: bytes by name, and a
// call when they changed. watch.Files is one.
type Source interface {
	// Run calls load once, and again whenever something that the last load read has other
	// content. It blocks until ctx is done.
	Run(ctx context.Context, load func(read func(name string) ([]byte, error))) error
	// Settled says whether what the source has now is what the last load was given, and
	// that load is done; if not, why.
	Settled() (reason string, ok bool)
	// Seen is when the change behind the load under way was noticed; zero for the first.
	Seen() time.Time
}

// Options are what a Live is made of.
type Options struct {
	File    string // the config's name in Source
	Log     *slog.Logger
	Source  Source
	Checker *preflight.Checker
	State   *lastgood.Dir               // nil: nothing is kept
	Saved   func(name string) time.Time // when a file was last written; zero: not known
	Lookup  prepare.LookupFunc          // asks DNS
}

// Live serves one config and its edits to all Envoys.
type Live struct {
	Options
	ctx     context.Context // of Run; load has no other
	server  *xds.Server
	metrics *metrics.Metrics
	edits   timeline.Log
	first   chan error    // whether there is something to serve after the first load
	ready   chan struct{} // closed once there is

	mu       sync.Mutex
	loaded   bool
	err      error             // why what the source has is not what is served
	served   *prepare.Prepared // nil: nothing yet
	contents map[string][]byte // the files that it is made of, by name
	made     string            // the version that they make: set before it is served
}

// New returns a Live that serves nothing before Run.
func New(o Options) *Live {
	l := &Live{Options: o, first: make(chan error, 1), ready: make(chan struct{})}
	l.metrics = metrics.New(l.connected, l.notLive)
	l.server = xds.New(o.Log, l.event)
	return l
}

// Run follows the source until ctx is done, or a part fails. A config that is broken at the
// start, where nothing was kept that could be served instead, is an error.
func (l *Live) Run(ctx context.Context) error {
	parts, ctx := errgroup.WithContext(ctx)
	l.ctx = ctx
	if l.State != nil {
		parts.Go(func() error { return l.keep(ctx) })
	}
	parts.Go(func() error { return l.Source.Run(ctx, l.load) })
	parts.Go(func() error {
		select {
		case err := <-l.first:
			if err == nil {
				close(l.ready)
			}
			return err
		case <-ctx.Done():
			return nil
		}
	})
	return parts.Wait()
}

// Ready is closed once there is something to serve.
func (l *Live) Ready() <-chan struct{} { return l.ready }

// Serve answers Envoys on lis until ctx is done: see xds.Server.
func (l *Live) Serve(ctx context.Context, lis net.Listener, options ...grpc.ServerOption) error {
	return l.server.Serve(ctx, lis, options...)
}

// Metrics has the figures of everything that is served.
func (l *Live) Metrics() *prometheus.Registry { return l.metrics.Registry }

// Edits are the latest ones and what became of them, the oldest first.
func (l *Live) Edits() []timeline.Edit { return l.edits.Edits() }
