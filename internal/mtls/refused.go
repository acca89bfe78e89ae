package mtls

import (
	"context"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/livefilter/livefilter/internal/sparing"
)

// refusals counts and logs handshakes that failed.
type refusals struct {
	lines  sparing.Lines
	counts *prometheus.CounterVec
}

func (r *refusals) init() {
	r.counts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "livefilter_xds_handshakes_refused_total",
		Help: "TLS handshakes of Envoys that failed, by reason; silent are probes that only connect. Worry when another one grows: the log says who and what to do.",
	}, []string{"reason"})
}

func (r *refusals) add(log *slog.Logger, from net.Addr, why refusal) {
	r.counts.WithLabelValues(why.reason).Inc()
	if why.reason == silent {
		log.Debug("handshake refused", "address", from.String(), "err", why.words)
		return
	}
	if before, ok := r.lines.Allow(why.reason+" "+host(from), time.Now()); ok {
		log.LogAttrs(context.Background(), slog.LevelWarn, "handshake refused", slog.String("address", from.String()),
			slog.String("reason", why.reason), slog.String("err", why.words), slog.Int("before", before))
	}
}

// host is an address without its port.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}
