package live

import (
	"strings"

	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/version"
	"github.com/livefilter/livefilter/internal/xds"
)

// Status compares what the source has, what is served and what the Envoys run.
type Status struct {
	// Build is which livefilter this is.
	Build version.Build `json:"build"`
	// Version is a content hash of everything that is served.
	Version string `json:"version"`
	// Live: the file on disk is what is served, and every Envoy that counts runs it, of which
	// at least one, or as many as are expected, are connected.
	Live bool `json:"live"`
	// Error is why the file on disk is not what is served; nil where it is.
	Error *string `json:"error"`
	// Pending: the file on disk has not been loaded yet; Error says what the load waits for.
	Pending bool `json:"pending"`
	// Connected counts the connected Envoys.
	Connected int `json:"connected"`
	// Running counts the connected Envoys that run what is served.
	Running int `json:"running"`
	// Gone counts the Envoys that left without running what is served and still count.
	Gone int `json:"gone"`
	// Expected is how many Envoys must be connected at the least before anything is live.
	Expected int `json:"expected,omitempty"`
	// Unhealthy are the connected Envoys through which most requests fail, each with the
	// reason. Live is about delivery and does not depend on it.
	Unhealthy []string `json:"unhealthy,omitempty"`
	// Warnings are about what may keep Envoys from connecting: a certificate of the xDS port that
	// has expired, expires soon, or could not be renewed.
	Warnings []string `json:"warnings,omitempty"`
	// Verified: Envoys connect by mTLS.
	Verified bool `json:"verified"`
	// Clients are the rules of who may connect, a line each; without any, each verified certificate may.
	Clients []string `json:"clients,omitempty"`
	// Denied are the clients that these rules keep out, the latest first.
	Denied []xds.Denial `json:"denied,omitempty"`
	// Nodes are the connected Envoys, by ID, then those that left.
	Nodes []xds.Node `json:"nodes"`
}

// Status is that of now.
func (l *Live) Status() Status {
	// The source first: a save after this line is not this answer's business.
	reason, settled := l.Source.Settled()
	l.mu.Lock()
	err := l.err
	l.mu.Unlock()

	f := l.server.Fleet()
	s := Status{
		Build: version.Of(), Version: f.Version, Nodes: f.Nodes,
		Connected: f.Connected, Running: f.Running, Gone: f.Gone, Expected: f.Expect,
	}
	switch {
	case !settled:
		s.Error, s.Pending = &reason, true
	case err != nil:
		text := err.Error()
		s.Error = &text
	}
	s.Live = s.Error == nil && f.Live
	s.Verified, s.Denied = l.Verified, l.server.Denied()
	if c := l.Config(); c != nil {
		s.Clients = rulesOf(c)
	}
	s.Unhealthy = l.traffic(s.Nodes)
	if l.Warnings != nil {
		s.Warnings = l.Warnings()
	}
	for _, n := range s.Nodes {
		for i, res := range n.Resources {
			if res.Refused {
				n.Resources[i].Source = l.source(res.TypeURL, res.Names, *res.Error)
				words := strings.TrimSpace(*res.Error) + snapshot.Advice(*res.Error)
				n.Resources[i].Error = &words
			}
		}
	}
	return s
}

// traffic fills in that of the nodes, and returns those through which most requests fail.
func (l *Live) traffic(nodes []xds.Node) (unhealthy []string) {
	for i := range nodes {
		n := &nodes[i]
		if !n.Left.IsZero() {
			continue
		}
		if n.Traffic = l.figures.Of(n.Address); n.Traffic != nil && !n.Traffic.Healthy {
			unhealthy = append(unhealthy, n.ID+": "+strings.Join(n.Traffic.Problems, "; "))
		}
	}
	return unhealthy
}

// counts are those of the fleet, for the metrics.
func (l *Live) counts() (connected, notLive, gone int) {
	connected, running, gone := l.server.Counts()
	return connected, connected - running, gone
}
