package metrics

import "github.com/prometheus/client_golang/prometheus"

// envoys are the counts of Envoys, which belong together: one look gives all.
type envoys struct {
	count func() (connected, notLive, gone int)
}

var (
	connectedEnvoys = prometheus.NewDesc("livefilter_xds_connected_envoys", "Envoys that are connected.", nil, nil)
	notLiveEnvoys   = prometheus.NewDesc("livefilter_xds_envoys_not_live",
		"Connected Envoys that do not run what is served. Worry when it stays above 0.", nil, nil)
	goneEnvoys = prometheus.NewDesc("livefilter_xds_envoys_gone",
		"Envoys that left a short time ago without running what is served. Worry when nobody took them down.", nil, nil)
)

func (envoys) Describe(out chan<- *prometheus.Desc) {
	out <- connectedEnvoys
	out <- notLiveEnvoys
	out <- goneEnvoys
}

func (e envoys) Collect(out chan<- prometheus.Metric) {
	connected, notLive, gone := e.count()
	out <- prometheus.MustNewConstMetric(connectedEnvoys, prometheus.GaugeValue, float64(connected))
	out <- prometheus.MustNewConstMetric(notLiveEnvoys, prometheus.GaugeValue, float64(notLive))
	out <- prometheus.MustNewConstMetric(goneEnvoys, prometheus.GaugeValue, float64(gone))
}
