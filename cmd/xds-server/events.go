package main

import (
	"time"

	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// event passes what happens to an Envoy on to log, metrics and timeline. It is called from
// the streams' own loops.
func (r *reloader) event(e xds.Event) {
	now := time.Now()
	short := xds.ShortType(e.TypeURL)
	switch e.Kind {
	case xds.Disconnected:
		r.edits.Gone(e.Node, e.Address)
	case xds.Sent:
		r.metrics.Sent(short, e.Bytes)
		if e.Update {
			r.edits.Sent(e.Node, e.Address, e.TypeURL, now)
		}
	case xds.Acked:
		r.metrics.Acked(short)
		if took, live := r.edits.Answered(e.Node, e.Address, e.TypeURL, false, now); live {
			r.metrics.Live(took)
			r.log.Info("config is live", "took", took.Round(10*time.Microsecond))
		}
	case xds.Refused:
		r.metrics.Refused(short)
		r.edits.Answered(e.Node, e.Address, e.TypeURL, true, now)
		r.log.Warn("envoy refused a resource and runs what it ran before",
			"node", e.Node, "address", e.Address, "type_url", e.TypeURL, "source", r.source(e.TypeURL, e.Words),
			"version", e.Version, "running", e.Running, "err", e.Words)
	}
}

// source is where in the file served now Envoy's words lead: "livefilter.yaml:3:9: listener.port".
func (r *reloader) source(typeURL, words string) string {
	r.mu.Lock()
	c := r.config
	r.mu.Unlock()
	if c == nil {
		return ""
	}
	path := snapshot.Origin(c, typeURL, words)
	return c.Position(path).String() + ": " + path
}
