package live

import (
	"context"
	"reflect"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/xds"
)

const (
	// keepEvery is how often the server looks whether what it serves is to be kept.
	keepEvery = time.Second
	// answerTime is how long a config waits for the last Envoys to answer before the others decide.
	answerTime = 10 * time.Second
)

// keep saves what is served once it has proven itself, and again after each change: as soon as
// it is live, and at the end of ctx. A folder that cannot be written is tried again, and said
// once a version; serving goes on.
func (l *Live) keep(ctx context.Context) error {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	k := keeper{Live: l}
	if kept, err := l.State.Load(); err == nil && kept != nil && kept.File == l.File {
		k.kept.version, k.earlier = kept.Version, true
	}
	for {
		select {
		case <-ctx.Done():
			k.look()
			return nil
		case <-l.becameLive:
		case <-tick.C:
		}
		k.look()
	}
}

// keeper knows what it has kept.
type keeper struct {
	*Live

	kept    made   // what is in the folder
	earlier bool   // by an earlier process: who might connect then is not known
	told    string // the version that could not be put there
}

func (k *keeper) look() {
	served := k.server.Snapshot()
	if served == nil {
		return
	}
	k.mu.Lock()
	m := k.made
	k.mu.Unlock()
	// With another version these are the files of the next config, which no Envoy has seen yet.
	if m.version != served.Version || m.contents == nil {
		return
	}
	switch same := m.version == k.kept.version; {
	case same && !k.earlier && reflect.DeepEqual(m.clients, k.kept.clients):
		return
	case same: // who may connect is for no Envoy to prove: a restart lets nobody in again
	default:
		if f := k.server.Fleet(); f.Version != m.version || !proven(f.Nodes, time.Since(m.at)) {
			return
		}
	}
	err := k.State.Save(lastgood.Config{File: k.File, Version: m.version, Saved: time.Now(), Contents: m.contents})
	if err != nil {
		if k.told != m.version {
			k.Log.Error("config cannot be kept for a restart", "version", m.version, "err", err)
		}
		k.told = m.version
		return
	}
	k.kept, k.earlier, k.told = m, false, ""
	k.Log.Debug("kept for a restart", "version", m.version)
}

// proven says whether a config that has been served for so long is one to start with again:
// more Envoys run it than refuse it, and those that could still change that have had their time.
func proven(nodes []xds.Node, served time.Duration) bool {
	run, refuse, silent := 0, 0, 0
	for _, n := range nodes {
		switch {
		case !n.Left.IsZero() && !n.Counts:
		case n.Live:
			run++
		case refuses(n):
			refuse++
		default:
			silent++
		}
	}
	return run > refuse && (silent == 0 || served >= answerTime)
}
