package mtls

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/livefilter/livefilter/internal/sparing"
	"github.com/livefilter/livefilter/internal/terminal"
)

// refusals counts and logs handshakes that failed.
type refusals struct {
	lines  sparing.Lines
	counts *prometheus.CounterVec
	latest atomic.Pointer[latest]
}

// latest is the last handshake that failed.
type latest struct {
	at          time.Time
	host, words string
}

func (r *refusals) init() {
	r.counts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "livefilter_xds_handshakes_refused_total",
		Help: "TLS handshakes of Envoys that failed, by reason; silent are probes that only connect. Worry when another one grows: the log says who and what to do.",
	}, []string{"reason"})
	for _, reason := range reasons {
		r.counts.WithLabelValues(reason) // increase() does not see a counter that begins at 1
	}
}

func (r *refusals) add(log *slog.Logger, from net.Addr, why refusal) {
	r.counts.WithLabelValues(why.reason).Inc()
	if why.reason == silent {
		log.Debug("handshake refused", "address", from.String(), "err", why.words)
		return
	}
	now := time.Now()
	r.latest.Store(&latest{now, host(from), terminal.Line(why.words, '?')}) // a certificate's words may be in it
	if before, ok := r.lines.Allow(why.reason+" "+sparing.Network(from.String()).String(), now); ok {
		log.LogAttrs(context.Background(), slog.LevelWarn, "handshake refused", slog.String("address", from.String()),
			slog.String("reason", why.reason), slog.String("err", why.words), slog.Int("before", before))
	}
}

// shown tells of the latest one, where it was within a minute: an Envoy that is refused comes again within seconds.
func (r *refusals) shown() (words string, any bool) {
	l := r.latest.Load()
	if l == nil || time.Since(l.at) > time.Minute {
		return "", false
	}
	return fmt.Sprintf("a client at %s was refused %s ago: %s", l.host, time.Since(l.at).Truncate(time.Second), l.words), true
}

// host is an address without its port.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}
