// Package metrics has the figures that /metrics shows, in the names that the field uses.
package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics belongs to one server. Its methods are safe for concurrent use.
type Metrics struct {
	Registry *prometheus.Registry

	reloads    *prometheus.CounterVec
	successful prometheus.Gauge
	loaded     prometheus.Gauge
	info       *prometheus.GaugeVec
	steps      *prometheus.HistogramVec
	pushes     *prometheus.CounterVec
	acks       *prometheus.CounterVec
	nacks      *prometheus.CounterVec
	sent       *prometheus.CounterVec
	live       prometheus.Histogram
	denied     prometheus.Counter
}

// buckets suit what takes a millisecond at best and a second at worst.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// New registers everything. count counts Envoys at the time of a scrape.
func New(count func() (connected, notLive, gone int)) *Metrics {
	byType := []string{"type"}
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "livefilter_config_reloads_total",
			Help: "Loads of the config file by result: served, unchanged (it meant the same) or refused. Worry when refused grows and nobody is editing.",
		}, []string{"result"}),
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "livefilter_config_last_reload_successful",
			Help: "1 while the file on disk is what is served, 0 after it was refused and the last good one is served. Worry at 0.",
		}),
		loaded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "livefilter_config_last_reload_success_timestamp_seconds",
			Help: "When the config file was last loaded without an error.",
		}),
		info: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "livefilter_config_info",
			Help: "1, with the content hash of what is served. Replicas over the same file agree on it.",
		}, []string{"version"}),
		steps: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "livefilter_config_reload_step_duration_seconds", Buckets: buckets,
			Help: "How long each step of a load took.",
		}, []string{"step"}),
		pushes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "livefilter_xds_pushes_total", Help: "Responses sent to Envoys.",
		}, byType),
		acks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "livefilter_xds_acks_total", Help: "Responses that Envoys acknowledged (ACK).",
		}, byType),
		nacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "livefilter_xds_nacks_total", Help: "Responses that Envoys answered with a NACK. Worry at any growth: /status says which and why.",
		}, byType),
		sent: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "livefilter_xds_sent_bytes_total", Help: "Size of the resources sent to Envoys.",
		}, byType),
		live: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "livefilter_config_save_to_live_seconds", Buckets: buckets,
			Help: "From saving a file until every Envoy that counts ran the change.",
		}),
	}
	for _, result := range []string{"served", "unchanged", "refused"} {
		m.reloads.WithLabelValues(result) // a counter whose first value is 1 has not grown, for Prometheus
	}
	m.denied = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "livefilter_xds_denied_total",
		Help: "Streams and calls that ended because clients does not let their certificate be that node. Worry at any growth: /status says whose and why.",
	})
	m.Registry.MustRegister(
		build(), m.denied, m.reloads, m.successful, m.loaded, m.info, m.steps, m.pushes, m.acks, m.nacks, m.sent, m.live,
		envoys{count},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Reload counts a load: result is "served", "unchanged" or "refused", version what is
// served after it.
func (m *Metrics) Reload(result, version string, now time.Time) {
	m.reloads.WithLabelValues(result).Inc()
	m.info.Reset()
	m.info.WithLabelValues(version).Set(1)
	if result == "refused" {
		m.successful.Set(0)
		return
	}
	m.successful.Set(1)
	m.loaded.Set(float64(now.UnixMilli()) / 1000)
}

// Step records a step of a load.
func (m *Metrics) Step(name string, took time.Duration) {
	m.steps.WithLabelValues(name).Observe(took.Seconds())
}

// Sent counts a response of a type. From then on the counts of its answers are there, at 0.
func (m *Metrics) Sent(typeName string, bytes int) {
	m.acks.WithLabelValues(typeName)
	m.nacks.WithLabelValues(typeName)
	m.pushes.WithLabelValues(typeName).Inc()
	m.sent.WithLabelValues(typeName).Add(float64(bytes))
}

// Acked counts an accepted response.
func (m *Metrics) Acked(typeName string) { m.acks.WithLabelValues(typeName).Inc() }

// Refused counts a NACK.
func (m *Metrics) Refused(typeName string) { m.nacks.WithLabelValues(typeName).Inc() }

// Denied counts somebody who may not connect.
func (m *Metrics) Denied() { m.denied.Inc() }

// Live records how long an edit took from the save to the last Envoy.
func (m *Metrics) Live(took time.Duration) { m.live.Observe(took.Seconds()) }
