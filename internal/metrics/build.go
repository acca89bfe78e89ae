package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/livefilter/livefilter/internal/version"
)

// build is a constant 1 whose labels say which livefilter the server is. A fleet that shows two
// versions for long is one whose upgrade has stopped half way.
func build() prometheus.Gauge {
	b := version.Of()
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "livefilter_build_info",
		Help:        "1, with the version of livefilter, the commit that it was built from and the version of Go. Worry when replicas differ for long.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "goversion": b.Go},
	})
	g.Set(1)
	return g
}
