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
	address := from.String()
	if why.reason == silent {
		log.Debug("handshake refused", "address", address, "err", why.words)
		return
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if before, ok := r.lines.Allow(why.reason+" "+host, time.Now()); ok {
		log.LogAttrs(context.Background(), slog.LevelWarn, "handshake refused", slog.String("address", address),
			slog.String("reason", why.reason), slog.String("err", why.words), slog.Int("before", before))
	}
}
