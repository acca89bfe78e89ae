package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// event passes what happens to an Envoy on to log, metrics and timeline. It is called from
// the streams' own loops.
func (l *Live) event(e xds.Event) {
	now := time.Now()
	short := xds.ShortType(e.TypeURL)
	switch e.Kind {
	case xds.Disconnected:
		l.edits.Gone(e.Node, e.Address)
	case xds.Sent:
		l.metrics.Sent(short, e.Bytes)
		if e.Update {
			l.edits.Sent(e.Node, e.Address, e.TypeURL, now)
		}
	case xds.Acked:
		l.metrics.Acked(short)
		if took, live := l.edits.Answered(e.Node, e.Address, e.TypeURL, false, now); live {
			l.metrics.Live(took)
			l.Log.Info("config is live", "took", took.Round(10*time.Microsecond))
		}
	case xds.Refused:
		l.metrics.Refused(short)
		l.edits.Answered(e.Node, e.Address, e.TypeURL, true, now)
		l.Log.Warn("envoy refused a resource and runs what it ran before",
			"node", e.Node, "address", e.Address, "type_url", e.TypeURL, "source", l.source(e.TypeURL, e.Words),
			"version", e.Version, "running", e.Running, "err", e.Words)
	}
}

// source is where in the file served now Envoy's words lead: "livefilter.yaml:3:9: listener.port".
func (l *Live) source(typeURL, words string) string {
	c := l.config()
	if c == nil {
		return ""
	}
	path := snapshot.Origin(c, typeURL, words)
	return c.Position(path).String() + ": " + path
}
