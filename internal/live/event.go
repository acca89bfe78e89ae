package live

import (
	"strings"
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
			l.edits.Sent(e.Node, e.Address, e.TypeURL, e.Nonce, e.Again, now)
		}
	case xds.Acked:
		l.metrics.Acked(short)
		l.edits.Answered(e.Node, e.Address, e.TypeURL, e.Nonce, false, now)
	case xds.Refused:
		l.metrics.Refused(short)
		l.edits.Answered(e.Node, e.Address, e.TypeURL, e.Nonce, true, now)
		log := l.Log.With("node", e.Node, "address", e.Address, "type_url", e.TypeURL, "names", e.Names,
			"source", l.source(e.TypeURL, e.Names, e.Words), "version", e.Version, "running", e.Running, "err", e.Words)
		switch {
		case e.Again:
			log.Warn("envoy sent a NACK again")
		case e.Running == "":
			log.Warn("envoy sent a NACK")
		default:
			log.Warn("envoy sent a NACK and runs what it ran before")
		}
	case xds.Denied:
		l.metrics.Denied()
	case xds.Live:
		for _, c := range []chan struct{}{l.becameLive, l.noted} {
			select {
			case c <- struct{}{}:
			default: // keep, or record, has not looked since the last time
			}
		}
		if took, first := l.edits.Live(e.Version, now); first {
			l.metrics.Live(took)
			l.Log.Info("config is live", "version", e.Version, "took", took.Round(10*time.Microsecond))
		}
	}
}

// source is where in the file served now a refusal of names in Envoy's words leads:
// "livefilter.yaml:3:9: listener.port".
func (l *Live) source(typeURL string, names []string, words string) string {
	c := l.Config()
	if c == nil {
		return ""
	}
	path := snapshot.Origin(c, typeURL, strings.Join(names, " ")+" "+words)
	return c.Position(path).String() + ": " + path
}
