package figures

import (
	"maps"

	"github.com/prometheus/client_golang/prometheus"
)

// The labels are bounded by the config: none names an Envoy.
var (
	downstreamTotal = prometheus.NewDesc("livefilter_envoy_listener_total",
		"What Envoys counted at the listener, by Envoy's name for it (http.ingress_http.…). Worry when downstream_rq_5xx grows with downstream_rq_completed.",
		[]string{"counter"}, nil)
	upstreamTotal = prometheus.NewDesc("livefilter_envoy_upstream_total",
		"What Envoys counted of each upstream, by Envoy's name for it (cluster.UPSTREAM.…). Worry when upstream_rq_5xx grows with upstream_rq_completed; the other counters say why.",
		[]string{"upstream", "counter"}, nil)
	filterTotal = prometheus.NewDesc("livefilter_envoy_filter_total",
		"What Envoys counted of each filter: vm_reload_success and the like, all_out, evicted. Worry when the first grows: the module crashes.",
		[]string{"filter", "counter"}, nil)
	unhealthyEnvoys = prometheus.NewDesc("livefilter_envoys_not_healthy",
		"Envoys through which half of the requests of the last minute, or more, failed. Worry when it stays above 0: /status says why.", nil, nil)
)

// Describe is for prometheus.Collector.
func (f *Figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{downstreamTotal, upstreamTotal, filterTotal, unhealthyEnvoys} {
		out <- d
	}
}

// counted is what Envoys counted, with a 0 for all that they could have: increase() does not see a
// counter that begins at 1. It is empty until an Envoy has told something: that none does is not
// that there is nothing to tell. The caller holds f.mu.
func (f *Figures) counted() map[series]uint64 {
	all := map[series]uint64{}
	if len(f.envoys) > 0 || len(f.totals) > 0 {
		n := f.names.Load()
		for k := range kind(len(stats)) {
			switch {
			case k.ofUpstream():
				zero(all, k, n.upstreams)
			case k.ofFilter():
				zero(all, k, n.filters)
			default:
				all[series{"", k}] = 0
			}
		}
	}
	maps.Copy(all, f.totals)
	return all
}

func zero(all map[series]uint64, k kind, names map[string]string) {
	for name := range names {
		all[series{name, k}] = 0
	}
}

// Collect is for prometheus.Collector.
func (f *Figures) Collect(out chan<- prometheus.Metric) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for s, n := range f.counted() {
		desc, labels := downstreamTotal, []string{s.kind.String()}
		switch {
		case s.kind.ofUpstream():
			desc, labels = upstreamTotal, []string{s.of, s.kind.String()}
		case s.kind.ofFilter():
			desc, labels = filterTotal, []string{s.of, s.kind.String()}
		}
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), labels...)
	}
	unhealthy, now := 0, f.now()
	for _, e := range f.envoys {
		e.series.advance(now)
		if !e.healthy() {
			unhealthy++
		}
	}
	out <- prometheus.MustNewConstMetric(unhealthyEnvoys, prometheus.GaugeValue, float64(unhealthy))
}
