package mtls

import "github.com/prometheus/client_golang/prometheus"

var (
	notAfter = prometheus.NewDesc("livefilter_xds_certificate_not_after_timestamp_seconds",
		"When the certificate that Envoys are shown ends (server), and the last of the CAs of theirs (client_ca). Worry before it is over: no Envoy can connect then.",
		[]string{"of"}, nil)
	renewalDue = prometheus.NewDesc("livefilter_xds_certificate_renewal_due",
		"1 from a week before the end of such a certificate, or from the last quarter of its life; also before it is valid. Worry at 1: /status says which file to renew.",
		[]string{"of"}, nil)
	taken = prometheus.NewDesc("livefilter_xds_certificate_last_reload_successful",
		"1 while the certificate files on disk are what is in use, 0 while the last good ones are. Worry at 0.", nil, nil)
)

// Describe is for prometheus.
func (k *Keys) Describe(out chan<- *prometheus.Desc) {
	out <- notAfter
	out <- renewalDue
	out <- taken
	k.refused.counts.Describe(out)
}

// Collect is for prometheus.
func (k *Keys) Collect(out chan<- prometheus.Metric) {
	l := k.current.Load()
	out <- prometheus.MustNewConstMetric(notAfter, prometheus.GaugeValue, float64(l.end().Unix()), "server")
	out <- prometheus.MustNewConstMetric(notAfter, prometheus.GaugeValue, float64(l.latestCA().NotAfter.Unix()), "client_ca")
	for of, warned := range l.due(k.now()) {
		out <- prometheus.MustNewConstMetric(renewalDue, prometheus.GaugeValue, map[bool]float64{true: 1}[warned], of)
	}
	k.mu.Lock()
	well := 1.0
	if k.wrong != nil {
		well = 0
	}
	k.mu.Unlock()
	out <- prometheus.MustNewConstMetric(taken, prometheus.GaugeValue, well)
	k.refused.counts.Collect(out)
}
