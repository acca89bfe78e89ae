// Package live is the heart of the server: it takes a config from where it is kept to the
// Envoys and watches it become live.
//
//	load -> prepare -> set -> sent, acknowledged, live
//
// All that can fail comes before set: on an error the last good config goes on being served.
// The package owns what is loaded and why it is not served; what an Envoy runs it asks xds.
//
// # What is tried again
//
// A refusal that does not lie in the bytes (a host that DNS does not know, a file that cannot
// be read) is tried again while nothing changes: after 1 s, then after twice as long each
// time, up to a minute. At once on Retry, and when the source loads the same bytes again,
// which a touch of a file makes it do. These two also have the Envoys try again what they
// refused.
//
// # What is kept for a restart
//
// With a state folder, the newest config that was served and that more Envoys run than refuse,
// as soon as each of them has answered, or after 10 s. So a config that is refused by all is
// never kept, and one Envoy that is cut off, frozen or different from the others does not
// make a restart over a broken file take the others back to something older than they run.
//
// Beside that, the latest configs that were served, whatever became of them: see package history.
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

	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/metrics"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

// Options are what a Live is made of.
type Options struct {
	File    string // the config's name in Source
	Log     *slog.Logger
	Source  source.Source
	Checker *preflight.Checker
	State   *lastgood.Dir               // nil: nothing is kept
	Lookup  prepare.LookupFunc          // asks DNS
	Saved   func(name string) time.Time // when a file was last written; zero: not known
	Fleet   xds.Options
	// Warnings are of what is beside the config, such as a certificate that ends soon. It may be nil.
	Warnings func() []string
	// Disk is where a rollback writes files back to; nil: it cannot.
	Disk Disk
	// Verified: the port that Envoys connect to takes none without a certificate.
	Verified bool
}

// Live serves one config and its edits to all Envoys.
type Live struct {
	Options
	ctx     context.Context // of Run; load has no other
	server  *xds.Server
	figures *figures.Figures
	metrics *metrics.Metrics
	edits   timeline.Log
	history *history.History
	texts   texts
	key     []byte             // of digests of what is hidden
	again   chan time.Duration // how long to wait after a load for the next try; 0: there is none
	first   chan error         // whether there is something to serve after the first load
	ready   chan struct{}      // closed once there is
	// becameLive has keep look at once.
	becameLive chan struct{}
	noted      chan struct{} // has record do so
	ended      chan struct{} // closed when Run returns
	wait       time.Duration // before the next try; for load's goroutine

	mu     sync.Mutex
	asked  asks              // loads that were asked for and have not begun
	tried  map[string][]byte // what the last load read, by name; nil: there was none
	err    error             // why that is not what is served
	served *prepare.Prepared // nil: nothing yet
	made   made              // what served is made of; set before it is served
	number int               // of served in the history; 0: nothing yet
	unsent int               // the last number of a config for which nothing was sent: it has other clients
	writes *write            // that a load is to make; nil: none
	wrote  *write            // whose files the next load reads; nil: none

	rolling sync.Mutex // one rollback at a time
}

// New returns a Live that serves nothing before Run.
func New(o Options) *Live {
	l := &Live{
		Options: o, again: make(chan time.Duration, 1),
		first: make(chan error, 1), ready: make(chan struct{}), ended: make(chan struct{}),
		becameLive: make(chan struct{}, 1), noted: make(chan struct{}, 1), key: newKey(),
	}
	var folder history.Folder
	if o.State != nil {
		folder = o.State
	}
	l.history = history.Open(o.File, folder, o.Log)
	l.metrics = metrics.New(l.counts)
	l.figures = figures.New(func(address string) bool { return l.server.Connected(address) })
	l.metrics.Registry.MustRegister(l.figures)
	o.Fleet.Beside = l.figures.Register
	o.Fleet.Hide = l.texts.hide
	l.server = xds.New(o.Log, o.Fleet, l.event)
	return l
}

// Run follows the source until ctx is done, or a part fails. A config that is broken at the
// start, where nothing was kept that could be served instead, is an error. It is called once.
func (l *Live) Run(ctx context.Context) error {
	defer close(l.ended)
	parts, ctx := errgroup.WithContext(ctx)
	l.ctx = ctx
	parts.Go(func() error { return l.heal(ctx) })
	parts.Go(func() error { return l.record(ctx) })
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
func (l *Live) Edits() []timeline.Edit {
	edits := l.edits.Edits(l.envoys())
	l.explain(edits)
	return edits
}

// envoys are how many Envoys must run a config to make it live, and how many of them do.
func (l *Live) envoys() (count, running int) {
	connected, running, gone := l.server.Counts()
	return max(connected+gone, l.Fleet.Expect), running
}
