package main

import "github.com/livefilter/livefilter/internal/admin"

// status compares what is on disk, what is served and what the Envoys run.
func (r *reloader) status() admin.Status {
	// The disk first: a save after this line is not this answer's business.
	reason, settled := r.files.Settled()
	r.mu.Lock()
	err := r.err
	r.mu.Unlock()

	s := admin.Status{Nodes: r.server.Nodes()}
	if snapshot := r.server.Snapshot(); snapshot != nil {
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
				n.Resources[i].Source = r.source(res.TypeURL, *res.Error)
			}
		}
	}
	return s
}

// connected and notLive count Envoys for the metrics.
func (r *reloader) connected() float64 { return float64(len(r.server.Nodes())) }

func (r *reloader) notLive() (n float64) {
	for _, node := range r.server.Nodes() {
		if !node.Live {
			n++
		}
	}
	return n
}
