package live

import "github.com/livefilter/livefilter/internal/xds"

// Status compares what the source has, what is served and what the Envoys run.
type Status struct {
	// Version is a content hash of everything that is served.
	Version string `json:"version"`
	// Live: the file on disk is what is served, and every connected Envoy, of which there
	// is at least one, runs it.
	Live bool `json:"live"`
	// Error is why the file on disk is not what is served, nil where it is.
	Error *string `json:"error"`
	// Pending: the file on disk has not been taken yet, Error says what it waits for.
	Pending bool `json:"pending"`
	// Nodes are the connected Envoys, by ID.
	Nodes []xds.Node `json:"nodes"`
}

// Status is that of now.
func (l *Live) Status() Status {
	// The source first: a save after this line is not this answer's business.
	reason, settled := l.Source.Settled()
	l.mu.Lock()
	err := l.err
	l.mu.Unlock()

	s := Status{Nodes: l.server.Nodes()}
	if snapshot := l.server.Snapshot(); snapshot != nil {
		s.Version = snapshot.Version
	}
	switch {
	case !settled:
		s.Error, s.Pending = &reason, true
	case err != nil:
		text := err.Error()
		s.Error = &text
	}
	s.Live = s.Error == nil && len(s.Nodes) > 0
	for _, n := range s.Nodes {
		s.Live = s.Live && n.Live
		for i, res := range n.Resources {
			if res.Refused {
				n.Resources[i].Source = l.source(res.TypeURL, *res.Error)
			}
		}
	}
	return s
}

// connected and notLive count Envoys for the metrics.
func (l *Live) connected() float64 { return float64(len(l.server.Nodes())) }

func (l *Live) notLive() (n float64) {
	for _, node := range l.server.Nodes() {
		if !node.Live {
			n++
		}
	}
	return n
}
