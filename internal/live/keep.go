package live

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/prepare"
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
		k.kept.version, k.kept.contents, k.saved, k.earlier = kept.Version, kept.Contents, kept.Saved, true
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

	kept    made      // what is in the folder, with who may connect by it
	saved   time.Time // when it was put there
	earlier bool      // by an earlier process: who might connect then is not known
	told    string    // the version that could not be put there
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
	if m.version != served.Version || m.recalled {
		return
	}
	clients := k.earlier || !reflect.DeepEqual(m.clients, k.kept.clients)
	next := lastgood.Config{File: k.File, Version: m.version, Saved: time.Now(), Contents: m.contents}
	// Who may connect is for no Envoy to prove: a restart lets nobody in again.
	switch same := m.version == k.kept.version; {
	case same && !clients:
		return
	case same || k.isProven(m):
	case clients && k.kept.contents != nil:
		next.Version, next.Saved, next.Contents = k.kept.version, k.saved, k.kept.contents
		var err error
		if next.Clients, err = json.Marshal(m.clients); err != nil {
			return // it never does
		}
	default:
		return
	}
	if err := k.State.Save(next); err != nil {
		if k.told != m.version {
			k.Log.Error("config cannot be kept for a restart", "version", m.version, "err", err)
		}
		k.told = m.version
		return
	}
	k.kept, k.saved = made{version: next.Version, contents: next.Contents, clients: m.clients}, next.Saved
	k.earlier, k.told = false, ""
	k.Log.Debug("kept for a restart", "version", next.Version)
}

func (k *keeper) isProven(m made) bool {
	f := k.server.Fleet()
	return f.Version == m.version && proven(f.Nodes, time.Since(m.at))
}

// clientsOf makes those who may connect by p the ones of a later config, where that was kept.
func clientsOf(kept *lastgood.Config, p *prepare.Prepared) error {
	if kept.Clients == nil {
		return nil
	}
	var clients []config.Client
	if err := json.Unmarshal(kept.Clients, &clients); err != nil {
		return fmt.Errorf("the clients that were kept: %w", err)
	}
	p.Config.Clients = clients
	return nil
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
